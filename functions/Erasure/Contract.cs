using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Erasure;

// Properties with a default are settable: the generated reader would set an absent one that is init-only to null.

/// <summary>What the workflow <c>erasure</c> hands to its planning function.</summary>
public sealed record PlanRequest
{
    public required string RequestId { get; init; }

    /// <summary>0 for the first execution of a request; later ones are named <c>{requestId}-r{n}</c>.</summary>
    public required int Attempt { get; init; }

    /// <summary>The ARN of each datastore's function.</summary>
    public required IReadOnlyDictionary<string, string> Functions { get; init; }

    /// <summary>The execution's own input, which may name the datastores a later attempt is about.</summary>
    public ExecutionInput? Input { get; init; }
}

/// <summary>What an execution of the workflow is started with.</summary>
public sealed record ExecutionInput
{
    public required string RequestId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>A later attempt on final tasks whose exemption has ended; null for all tasks that are not final.</summary>
    public IReadOnlyList<string>? Datastores { get; init; }
}

/// <summary>The workflow's state between its steps.</summary>
public sealed record ErasureState
{
    public required string RequestId { get; init; }

    public required int Attempt { get; init; }

    public required int Round { get; init; }

    /// <summary>One of <see cref="NextSteps"/>.</summary>
    public required string Next { get; init; }

    public IReadOnlyList<TaskReference> Tasks { get; set; } = [];

    public int WaitSeconds { get; init; }

    /// <summary>The datastores of which a task waits for an operator.</summary>
    public IReadOnlyList<string> Waiting { get; set; } = [];
}

/// <summary>What the workflow does next.</summary>
public static class NextSteps
{
    public const string Erase = "erase";

    /// <summary>A dry run: read and count, change nothing.</summary>
    public const string Count = "count";

    public const string Wait = "wait";

    /// <summary>An earlier access request of the same person is not done: plan again later.</summary>
    public const string WaitForEarlier = "wait_for_earlier";

    public const string Ask = "ask";

    public const string Complete = "complete";
}

/// <summary>One task as the workflow carries it: references only.</summary>
public sealed record TaskReference
{
    public required string RequestId { get; init; }

    public required string Datastore { get; init; }

    /// <summary>The task's name, which the result is recorded under.</summary>
    public required string Name { get; init; }

    /// <summary>Null for the registered resource.</summary>
    public Copy? Target { get; init; }

    /// <summary>The ARN of the datastore's function.</summary>
    public required string Function { get; init; }

    public required IReadOnlyList<string> Subjects { get; init; }

    public Progress Erase { get; set; } = new(null);

    public Progress Verify { get; set; } = new(null);

    /// <summary>Where an operation of the task goes on.</summary>
    public sealed record Progress(string? Continuation);

    /// <summary>A restored copy: a <see cref="Target"/> of which every record may go.</summary>
    public sealed record Copy(string Arn);
}

/// <summary>What the workflow hands to the function that records results or an operator's decision, and decides what comes next.</summary>
public sealed record AdvanceRequest
{
    public required string RequestId { get; init; }

    public required int Attempt { get; init; }

    public required int Round { get; init; }

    public required IReadOnlyDictionary<string, string> Functions { get; init; }

    public IReadOnlyList<TaskResult>? Results { get; init; }

    public Decision? Decision { get; init; }
}

/// <summary>How one task came out of one round.</summary>
public sealed record TaskResult
{
    public required string Datastore { get; init; }

    /// <summary>The task's name; null from an execution that began before tasks had names of their own.</summary>
    public string? Name { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public string Task => Name ?? Datastore;

    /// <summary>Holds only a continuation while the operation has not answered.</summary>
    public PartialAnswer? Erase { get; init; }

    public PartialAnswer? Verify { get; init; }

    public Failure? Failure { get; init; }
}

/// <summary>A <see cref="DatastoreAnswer"/> that may not have been given yet.</summary>
public sealed record PartialAnswer
{
    public string? Outcome { get; init; }

    public long Found { get; init; }

    public long Erased { get; init; }

    public long Remaining { get; init; }

    public long Exempt { get; init; }

    public DateTimeOffset? ExemptUntil { get; init; }

    public int ConfirmAfterSeconds { get; init; }

    public IReadOnlyList<string> Needs { get; set; } = [];

    public string? Continuation { get; init; }

    public IReadOnlyDictionary<string, string> Evidence { get; set; } = new Dictionary<string, string>();
}

/// <summary>An error as a workflow catches it; the cause is not looked at.</summary>
public sealed record Failure
{
    public required string Error { get; init; }
}

/// <summary>What an operator decided about waiting tasks.</summary>
public sealed record Decision
{
    /// <summary><c>retry</c> or <c>close</c>.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("decision")]
    public required string Kind { get; init; }

    /// <summary>A code, when closing.</summary>
    public string? Reason { get; init; }

    /// <summary>The datastores whose waiting tasks it is about, those on copies included; null or empty for all that wait.</summary>
    public IReadOnlyList<string>? Datastores { get; init; }
}

/// <summary>What the workflow hands to the function that keeps the task token.</summary>
public sealed record AskRequest
{
    public required string RequestId { get; init; }

    public required int Attempt { get; init; }

    public required string TaskToken { get; init; }

    public IReadOnlyList<string> Waiting { get; set; } = [];
}

/// <summary>What the workflow hands to its last step.</summary>
public sealed record CompleteRequestInput
{
    public required string RequestId { get; init; }

    public required int Attempt { get; init; }
}
