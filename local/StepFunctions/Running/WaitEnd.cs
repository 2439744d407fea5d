using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>When a Wait state ends.</summary>
internal static class WaitEnd
{
    private const long MaxSeconds = 99_999_999;

    public static DateTimeOffset Of(WaitState wait, EvaluationScope scope, DateTimeOffset now) => wait switch
    {
        { Seconds: { } seconds } => now.AddSeconds(seconds),
        { SecondsPath: { } path } => now.AddSeconds(Seconds(path, scope)),
        { Timestamp: { } timestamp } => NotTooFar(timestamp, now),
        _ => NotTooFar(Timestamp(wait.TimestampPath!, scope), now),
    };

    /// <summary>Step Functions waits 24,855 days and no longer.</summary>
    private static DateTimeOffset NotTooFar(DateTimeOffset instant, DateTimeOffset now) => (instant - now).TotalSeconds <= int.MaxValue ? instant : throw TooLong();

    private static StateFailure TooLong() => StateFailure.AtRuntime("Wait state delay is too long.");

    private static long Seconds(JsonPath path, EvaluationScope scope)
    {
        var value = path.Find(scope) ?? throw StateFailure.AtRuntime($"The SecondsPath parameter does not reference an input value: {path.Text}");
        if (value is not JValue { Value: long seconds }) throw StateFailure.AtRuntime($"The SecondsPath parameter cannot be parsed as a long value: {path.Text} == {Json.Text(value)}");
        if (seconds < 0) throw StateFailure.AtRuntime($"The SecondsPath parameter references a negative value: {path.Text} == {seconds}");
        return seconds <= MaxSeconds ? seconds : throw TooLong();
    }

    private static DateTimeOffset Timestamp(JsonPath path, EvaluationScope scope)
    {
        var value = path.Find(scope) ?? throw StateFailure.AtRuntime($"The TimestampPath parameter does not reference an input value: {path.Text}");
        var text = value.Type == JTokenType.String ? (string)value! : Json.Text(value);
        return Timestamps.TryParse(text, out var instant)
            ? instant
            : throw StateFailure.AtRuntime($"The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {path.Text} == {text}");
    }
}
