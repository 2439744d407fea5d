using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Targets;

/// <summary>How often and how long a delivery is tried, and where it goes then.</summary>
internal sealed record DeliveryPolicy(int MaximumRetries, TimeSpan MaximumAge, string? DeadLetterQueue)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>The role as which the target is called; null when the target's own policy decides.</summary>
    public string? RoleArn { get; init; }

    /// <summary>Reads RetryPolicy and DeadLetterConfig, which rules' targets and schedules' targets have in common.</summary>
    public static DeliveryPolicy Read(PropertyReader target)
    {
        var retry = target.GetObject("RetryPolicy");
        return new DeliveryPolicy(
            retry?.GetInteger("MaximumRetryAttempts", 0, 185) ?? 185,
            TimeSpan.FromSeconds(retry?.GetInteger("MaximumEventAgeInSeconds", 60, 86_400) ?? 86_400),
            target.GetObject("DeadLetterConfig")?.GetRequiredString("Arn"))
        {
            RoleArn = target.GetString("RoleArn"),
        };
    }

    /// <summary>Exponential from a second; without AWS's jitter, so that a run repeats exactly.</summary>
    public static TimeSpan Pause(int retry) => retry < 10 ? TimeSpan.FromSeconds(1 << retry) : LongestPause;
}
