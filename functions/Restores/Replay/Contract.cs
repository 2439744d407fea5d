using System.Text.Json;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Restores.Replay;

// Properties with a default are settable: the generated reader would set an absent one that is init-only to null.

/// <summary>What every step of the workflow <c>replay</c> is given.</summary>
public sealed record ReplayInput
{
    public required string RestoreId { get; init; }

    /// <summary>0 for the first execution of a restore; later ones are named <c>{restoreId}-r{n}</c>.</summary>
    public required int Attempt { get; init; }

    /// <summary>The ARN of the workflow itself.</summary>
    public string? Workflow { get; init; }

    /// <summary>The ARN of each datastore's function.</summary>
    public IReadOnlyDictionary<string, string> Functions { get; set; } = new Dictionary<string, string>();

    /// <summary>The ARN of each datastore's role.</summary>
    public IReadOnlyDictionary<string, string> Roles { get; set; } = new Dictionary<string, string>();

    /// <summary>Resolving: how AWS describes the restored table; null for other resources, or where it could not be asked.</summary>
    public DescribedTable? Table { get; init; }

    /// <summary>Resolving: what AWS answered to each look-up.</summary>
    public IReadOnlyList<LookUpAnswer> Answers { get; set; } = [];

    /// <summary>Where the next page of the pass begins; null for its start when selecting, for its end when recording.</summary>
    public string? Position { get; init; }

    /// <summary>Between two looks at a table that is being restored; and how long the ledger's index may lag behind the table, which is far more than AWS takes.</summary>
    public int PauseSeconds { get; set; } = 60;

    /// <summary>Recording: the page's batches as the map's result writer left them; null where nobody was selected.</summary>
    public ObjectLocation? Results { get; init; }

    /// <summary>Recording: how many entries the page selected.</summary>
    public long Selected { get; init; }

    /// <summary>Asking an operator.</summary>
    public string? TaskToken { get; init; }

    /// <summary>What an operator decided.</summary>
    public RestoreDecision? Decision { get; init; }

    /// <summary>When the quarantine was put; null when it was not.</summary>
    public DateTimeOffset? QuarantinedAt { get; init; }

    /// <summary>Recording: as the step before gave it in <see cref="ReplayState.Step"/>.</summary>
    public string? Step { get; init; }
}

/// <summary>The workflow's state between its steps. References, names and counts only.</summary>
public sealed record ReplayState
{
    public required string RestoreId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>One of <see cref="ReplaySteps"/>.</summary>
    public required string Next { get; init; }

    /// <summary>Names what the next step does: the record's version, which grows with every step that is recorded. A repeated step has the same.</summary>
    public required string Step { get; init; }

    /// <summary>The restored table to describe and wait for; null for other resources.</summary>
    public string? Table { get; init; }

    public IReadOnlyList<LookUpQuestion> LookUps { get; set; } = [];

    /// <summary>Null where there is nothing to put or lift.</summary>
    public Quarantine? Quarantine { get; init; }

    /// <summary>The restored bucket, whose tag says whether it is clean; null where there is none to mark.</summary>
    public string? Bucket { get; init; }

    /// <summary>The page of selected people: one batch a line.</summary>
    public ObjectLocation? Page { get; init; }

    /// <summary>Where the map writes what became of the page's batches: a prefix.</summary>
    public string? ResultPrefix { get; init; }

    /// <summary>The map puts here where it wrote.</summary>
    public ObjectLocation? Results { get; init; }

    /// <summary>How many ledger entries the page holds.</summary>
    public long Selected { get; init; }

    /// <summary>Where the next page begins; null at the end of a pass.</summary>
    public string? Position { get; init; }

    /// <summary>The workflow puts here when the quarantine took effect.</summary>
    public DateTimeOffset? QuarantinedAt { get; init; }

    public int WaitSeconds { get; init; }

    /// <summary>Asking an operator: how long an answer is waited for before the replay looks again by itself.</summary>
    public int AskSeconds { get; set; } = (int)ReplayProgress.AskLimit.TotalSeconds;
}

/// <summary>What the workflow <c>replay</c> does next.</summary>
public static class ReplaySteps
{
    /// <summary>Reads what was announced (again), asks AWS and resolves.</summary>
    public const string Begin = "begin";

    /// <summary>Asks AWS what the announcements leave open, then resolves.</summary>
    public const string Resolve = "resolve";

    public const string Quarantine = "quarantine";

    /// <summary>Marks the restored bucket, then remembers.</summary>
    public const string Mark = "mark";

    /// <summary>Brings the ledger up to its copies, then selects.</summary>
    public const string Remember = "remember";

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

    public required Found Answer { get; init; }

    /// <param name="Instants">ISO 8601 text, as Step Functions gives instants; seconds since the epoch are read too.</param>
    /// <param name="Sources">ARNs, or RDS's identifiers.</param>
    public sealed record Found(IReadOnlyList<JsonElement> Instants, IReadOnlyList<string> Sources);
}

public sealed record DescribedTable
{
    /// <summary>AWS knows no such table (any more).</summary>
    public bool Gone { get; init; }

    public string? TableId { get; init; }

    public string? TableArn { get; init; }
}

/// <summary>Denies reading a restored table to everyone but its replay, and marks it.</summary>
/// <param name="Policy">The resource policy, JSON; null where it is only to be lifted.</param>
/// <param name="Mark">Lifting: the value of the tag from then on, one of <see cref="RestoreStatuses"/>. What an operator closed was not cleaned.</param>
/// <param name="IsLifted">It was lifted before: only the mark changes, since a policy that is there by now is the owner's.</param>
public sealed record Quarantine(string ResourceArn, string? Policy, string? Mark = null, bool IsLifted = false);

public sealed record ObjectLocation(string Bucket, string Key);

/// <summary>What becomes of one batch, as the map's results hold it.</summary>
public sealed record BatchResult
{
    public required string ReplayId { get; init; }

    /// <summary>Of the verification: one of <see cref="Outcomes"/>; null where something failed.</summary>
    public string? Outcome { get; init; }

    public long Erased { get; init; }

    public long Remaining { get; init; }

    public long Newer { get; init; }

    public long Unproven { get; init; }

    public long Exempt { get; init; }

    /// <summary>When the first of the exempt records may be erased.</summary>
    public DateTimeOffset? ExemptUntil { get; init; }

    /// <summary>As in <see cref="ReplayBatch.IsTakenUp"/>.</summary>
    public bool IsTakenUp { get; init; }

    /// <summary>The short name of what failed; null where nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>Where something failed: what had been erased before; empty where nothing is known to have been.</summary>
    public IReadOnlyList<long> ErasedBefore { get; set; } = [];

    /// <summary>Nobody can say of a batch that it is clean when it failed, or when the data map no longer leads to one of its people.</summary>
    public bool Failed => Error is not null || Outcome == Outcomes.Unreachable;
}

/// <summary>What the workflow hands to the function that keeps people in the ledger for as long as backups of the restored resource may hold them.</summary>
public sealed record ExtendRequest
{
    public required string Datastore { get; init; }

    /// <summary><c>ledger/{requestId}</c>.</summary>
    public required IReadOnlyList<string> Subjects { get; init; }
}

/// <summary>One line of a page: a batch of people in one datastore, as the workflow hands it to the datastore's function.</summary>
public sealed record ReplayBatch
{
    public required string ReplayId { get; init; }

    public required string Datastore { get; init; }

    public required string Function { get; init; }

    public required IReadOnlyList<string> Subjects { get; init; }

    public required Target Target { get; init; }

    /// <summary>What is exempt of these people, their own requests erase when it may be: they are held, or have a task on the restored resource.</summary>
    public bool IsTakenUp { get; init; }

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
