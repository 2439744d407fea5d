using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Scheduler;
using ServerlessGdpr.Local.Targets;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>A rule's name, which is unique on its bus.</summary>
internal sealed record RuleName(string Bus, string Name)
{
    public const string DefaultBus = "default";

    public string Arn => Arns.Of("events", Bus == DefaultBus ? $"rule/{Name}" : $"rule/{Bus}/{Name}");
}

/// <summary>What PutRule and AWS::Events::Rule say of a rule, without its targets.</summary>
internal sealed record RuleDefinition(RuleName Name, string? PatternText, string? ScheduleText, bool IsEnabled, string? Description)
{
    public EventPattern? Pattern { get; } = PatternText is null ? null : EventPattern.Parse(PatternText);

    public ScheduleExpression? Schedule { get; } = ScheduleText is null ? null : ScheduleExpression.ParseForRule(ScheduleText);

    public static RuleDefinition Read(PropertyReader properties, string name)
    {
        properties.WithoutLocalEffect("RoleArn", "Tags");
        var pattern = properties.GetNode("EventPattern") switch
        {
            null => null,
            JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
            var document => document.ToText(),
        };
        var definition = new RuleDefinition(
            new RuleName(BusName(properties.GetString("EventBusName")), name),
            pattern,
            properties.GetString("ScheduleExpression"),
            properties.GetString("State") is not { } state || (state is "ENABLED" or "DISABLED" ? state == "ENABLED" : throw properties.Invalid("State", "ENABLED or DISABLED")),
            properties.GetString("Description"));
        if (definition.Pattern is null && definition.Schedule is null) throw properties.Invalid("the rule", "given an EventPattern or a ScheduleExpression");
        if (definition.Schedule is not null && definition.Name.Bus != RuleName.DefaultBus)
            throw new AwsError("ValidationException", "ScheduleExpression is supported only on the default event bus.");
        return definition;
    }

    /// <summary>A bus may be named by its ARN.</summary>
    public static string BusName(string? nameOrArn) => nameOrArn is null ? RuleName.DefaultBus : nameOrArn[(nameOrArn.LastIndexOf('/') + 1)..];
}

/// <summary>One target of a rule.</summary>
internal sealed record RuleTarget(string Id, string Arn, TargetInput Input, DeliveryPolicy Policy, JsonObject Description)
{
    public static RuleTarget Read(PropertyReader target, JsonObject description)
    {
        var arn = target.GetRequiredString("Arn");
        if (!TargetInvoker.Knows(arn)) throw target.Invalid("Arn", $"that of a queue, function, state machine or topic; the local cloud delivers nothing to {arn}");
        if (Arns.Service(arn) == "states" && target.GetString("RoleArn") is null) throw target.Invalid("RoleArn", $"given for target {arn}");
        return new RuleTarget(target.GetRequiredString("Id"), arn, new TargetInput(target), DeliveryPolicy.Read(target), description.DeepClone().AsObject());
    }
}
