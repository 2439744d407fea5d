using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Restores.Replay;

// Properties with a default are settable: the generated reader would set an absent one that is init-only to null.

/// <summary>What every step of the workflow <c>replay</c> is given.</summary>
public sealed record ReplayInput
{
    public required string RestoreId { get; init; }

    /// <summary>0 for the first execution of a restore; later ones are named <c>{restoreId}-r{n}</c>.</summary>
    public required int Attempt { get; init; }

    /// <summary>The ARN of each datastore's function.</summary>
    public IReadOnlyDictionary<string, string> Functions { get; set; } = new Dictionary<string, string>();

    /// <summary>The ARN of each datastore's role.</summary>
    public IReadOnlyDictionary<string, string> Roles { get; set; } = new Dictionary<string, string>();

    /// <summary>Resolving: how AWS describes the restored table; null for other resources, or when it is gone.</summary>
    public DescribedTable? Table { get; init; }

    /// <summary>Resolving: what AWS answered to each look-up.</summary>
    public IReadOnlyList<LookUpAnswer> Answers { get; set; } = [];

    /// <summary>Selecting: where the last page of the pass ended; null for its start.</summary>
    public string? Position { get; init; }

    /// <summary>Recording: the pass's batches as the map's result writer left them; null where nothing was selected.</summary>
    public ResultLocation? Results { get; init; }

    /// <summary>Recording a page: where the next one begins; null when the pass ends with it.</summary>
    public string? NextPosition { get; init; }

    /// <summary>Recording: how many entries the page selected.</summary>
    public long Selected { get; init; }

    /// <summary>Asking an operator.</summary>
    public string? TaskToken { get; init; }

    /// <summary>What an operator decided.</summary>
    public RestoreDecision? Decision { get; init; }

    /// <summary>When the quarantine was put; null when it was not.</summary>
    public DateTimeOffset? QuarantinedAt { get; init; }

    /// <summary>Names the step of this execution, so that its repetition is recognised: <c>{execution}.{entered at}</c>.</summary>
    public string? Step { get; init; }
}

/// <summary>The workflow's state between its steps. References, names and counts only.</summary>
public sealed record ReplayState
{
    public required string RestoreId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>One of <see cref="ReplaySteps"/>.</summary>
    public required string Next { get; init; }

    /// <summary>The restored table to describe and wait for; null for other resources.</summary>
    public string? Table { get; init; }

    public IReadOnlyList<LookUpQuestion> LookUps { get; set; } = [];

    /// <summary>Null where there is nothing to put or lift.</summary>
    public Quarantine? Quarantine { get; init; }

    /// <summary>The page of selected people: one batch a line.</summary>
    public ObjectLocation? Page { get; init; }

    /// <summary>Where the map writes what became of the page's batches: a prefix.</summary>
    public string? ResultPrefix { get; init; }

    public long Selected { get; init; }

    public string? Position { get; init; }

    public int WaitSeconds { get; init; }
}

/// <summary>What the workflow <c>replay</c> does next.</summary>
public static class ReplaySteps
{
    public const string Describe = "describe";

    public const string Quarantine = "quarantine";

    public const string Select = "select";

    public const string Replay = "replay";

    public const string Record = "record";

    public const string Wait = "wait";

    public const string Ask = "ask";

    /// <summary>Everyone was verified: the quarantine is lifted, then the restore declared clean.</summary>
    public const string Release = "release";

    public const string End = "end";
}

/// <param name="Action">As in <see cref="LookUpAction"/>.</param>
public sealed record LookUpQuestion(string Action, string Argument);

/// <summary>Instants and ARNs as AWS gave them; empty lists where it knew none, or does not know what was asked about.</summary>
public sealed record LookUpAnswer
{
    public required string Action { get; init; }

    public required string Argument { get; init; }

    /// <summary>ISO 8601 text, or seconds since the epoch.</summary>
    public IReadOnlyList<string> Instants { get; set; } = [];

    public IReadOnlyList<string> Sources { get; set; } = [];
}

public sealed record DescribedTable
{
    public required string TableId { get; init; }

    public required string TableArn { get; init; }
}

/// <summary>Denies reading a restored table to everyone but its replay, and marks it.</summary>
/// <param name="Policy">The resource policy, JSON.</param>
public sealed record Quarantine(string ResourceArn, string Policy);

public sealed record ObjectLocation(string Bucket, string Key);

/// <summary>As Step Functions' result writer gives it.</summary>
public sealed record ResultLocation(string Bucket, string Key);

/// <summary>One line of a page: a batch of people in one datastore, as the workflow hands it to the datastore's function.</summary>
public sealed record ReplayBatch
{
    public required string ReplayId { get; init; }

    public required string Datastore { get; init; }

    public required string Function { get; init; }

    public required IReadOnlyList<string> Subjects { get; init; }

    public required Target Target { get; init; }

    public Erasure.TaskReference.Progress Erase { get; set; } = new(null);

    public Erasure.TaskReference.Progress Verify { get; set; } = new(null);
}

/// <summary>What an operator decided about a restore that waits.</summary>
public sealed record RestoreDecision
{
    /// <summary><c>retry</c>, <c>close</c>, or about records that nothing proves: <c>erase</c> or <c>keep</c>.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("decision")]
    public required string Kind { get; init; }

    /// <summary>A code, when closing.</summary>
    public string? Reason { get; init; }
}
