namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <summary>How far a search got. Its keys are those of logs, which may say anything: it is kept only encrypted.</summary>
public sealed record LogState
{
    /// <summary>A hash of the fields and their values, and of where the logs are.</summary>
    public required string Fields { get; init; }

    /// <summary>The last day that is searched: the day on which the search began.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>The day that is searched next.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The last object of that day that is finished; null for its start.</summary>
    public string? After { get; init; }

    /// <summary>An object behind it that is begun, and how many of its bytes are behind.</summary>
    public string? Open { get; init; }

    public long Offset { get; init; }

    public long Objects { get; init; }

    /// <summary>Objects whose names do not say that they hold JSON lines.</summary>
    public long Others { get; init; }

    /// <summary>Lines that are no JSON and hold an identity somewhere.</summary>
    public long Unreadable { get; init; }

    /// <summary>Lines that are the person's and will go with their object.</summary>
    public long Exempt { get; init; }

    public DateTimeOffset? ExemptUntil { get; init; }

    /// <summary>Lines that should have gone by now.</summary>
    public long Overdue { get; init; }
}
