using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Targets;

namespace ServerlessGdpr.Local.Scheduler;

/// <summary>A schedule of EventBridge Scheduler.</summary>
internal sealed record Schedule(
    string Name,
    string Group,
    string ExpressionText,
    ScheduleExpression Expression,
    string Zone,
    DateTimeOffset? Start,
    DateTimeOffset? End,
    bool IsEnabled,
    string? Description,
    string TargetArn,
    string? Input,
    DeliveryPolicy Policy,
    JsonObject Target)
{
    public const string DefaultGroup = "default";

    public string Arn => Arns.Of("scheduler", $"schedule/{Group}/{Name}");

    /// <summary>Reads what CreateSchedule and AWS::Scheduler::Schedule have in common.</summary>
    public static Schedule Read(PropertyReader properties, JsonObject members, string name)
    {
        properties.WithoutLocalEffect("KmsKeyArn", "ClientToken");
        var text = properties.GetRequiredString("ScheduleExpression");
        var zone = properties.GetString("ScheduleExpressionTimezone") ?? "UTC";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)) throw properties.Invalid("ScheduleExpressionTimezone", "a time zone");
        RefuseFlexibleWindow(properties.GetRequiredObject("FlexibleTimeWindow"));

        var target = properties.GetRequiredObject("Target");
        target.GetRequiredString("RoleArn");
        var arn = target.GetRequiredString("Arn");
        if (!TargetInvoker.Knows(arn)) throw target.Invalid("Arn", $"that of a queue, function, state machine or topic; the local cloud delivers nothing to {arn}");
        return new Schedule(
            name,
            properties.GetString("GroupName") ?? DefaultGroup,
            text,
            ScheduleExpression.ParseForSchedule(text, found),
            zone,
            Instant(properties, "StartDate"),
            Instant(properties, "EndDate"),
            properties.GetString("State") is not { } state || (state is "ENABLED" or "DISABLED" ? state == "ENABLED" : throw properties.Invalid("State", "ENABLED or DISABLED")),
            properties.GetString("Description"),
            arn,
            target.GetString("Input"),
            DeliveryPolicy.Read(target),
            members[nameof(Target)]!.DeepClone().AsObject());
    }

    private static void RefuseFlexibleWindow(PropertyReader window)
    {
        if (window.GetRequiredString("Mode") != "OFF") throw window.Invalid("Mode", "OFF: the local cloud fires at the instant");
    }

    private static DateTimeOffset? Instant(PropertyReader properties, string name) => properties.GetString(name) is not { } text
        ? null
        : double.TryParse(text, out var seconds) ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
        : DateTimeOffset.TryParse(text, out var instant) ? instant
        : throw properties.Invalid(name, "an instant");
}
