using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;

namespace ServerlessGdpr.Functions.Access;

// Properties with a default are settable: the generated reader would set an absent one that is init-only to null.

/// <summary>The state of the workflow <c>access</c> between its steps.</summary>
public sealed record AccessState
{
    public required string RequestId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>One of <see cref="AccessSteps"/>.</summary>
    public required string Next { get; init; }

    public IReadOnlyList<ExportReference> Tasks { get; set; } = [];

    public int WaitSeconds { get; init; }

    /// <summary>The datastores that wait for an operator.</summary>
    public IReadOnlyList<string> Waiting { get; set; } = [];
}

/// <summary>What the workflow does next.</summary>
public static class AccessSteps
{
    public const string Export = "export";

    /// <summary>An earlier erasure of the same person is not done: plan again later.</summary>
    public const string WaitForEarlier = "wait_for_earlier";

    public const string Ask = "ask";

    public const string Package = "package";

    /// <summary>There is nothing to package: the request was cancelled, or an operator closed all of it.</summary>
    public const string Complete = "complete";
}

/// <summary>One export as the workflow carries it: references only.</summary>
public sealed record ExportReference
{
    public required string RequestId { get; init; }

    public required string Datastore { get; init; }

    /// <summary>The ARN of the datastore's function.</summary>
    public required string Function { get; init; }

    public required IReadOnlyList<string> Subjects { get; init; }

    public TaskReference.Progress Export { get; set; } = new(null);
}

/// <summary>What the workflow hands to the function that records exports or an operator's decision, and decides what comes next.</summary>
public sealed record RecordExportsRequest
{
    public required string RequestId { get; init; }

    public required int Attempt { get; init; }

    public required IReadOnlyDictionary<string, string> Functions { get; init; }

    public IReadOnlyList<ExportResult>? Results { get; init; }

    public Decision? Decision { get; init; }
}

/// <summary>How one export came out.</summary>
public sealed record ExportResult
{
    public required string Datastore { get; init; }

    /// <summary>Holds only a continuation while the function has not answered.</summary>
    public ExportAnswer? Export { get; init; }

    public Failure? Failure { get; init; }
}

/// <summary>A <see cref="DatastoreAnswer"/> to an export that may not have been given yet.</summary>
public sealed record ExportAnswer
{
    public string? Outcome { get; init; }

    public long Found { get; init; }

    public int Parts { get; init; }

    public int Files { get; init; }

    public long Redacted { get; init; }

    public IReadOnlyList<string> Needs { get; set; } = [];

    public IReadOnlyDictionary<string, string> Evidence { get; set; } = new Dictionary<string, string>();
}
