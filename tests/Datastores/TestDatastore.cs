using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Tests.Datastores;

/// <summary>A real datastore of some kind, filled and looked at past the faults that the kind under test meets.</summary>
internal interface ITestDatastore : IAsyncDisposable
{
    /// <summary>What every personal content holds.</summary>
    const string Personal = "personal";

    DatastoreEntry Entry { get; }

    /// <summary>What says when a record came to be, in every kind's data map entry.</summary>
    const string RecordTime = "created";

    /// <summary>The kind under test, as a new process would make it.</summary>
    /// <param name="target">The restored resource to work on; null for this one.</param>
    IDatastore Open(Target? target = null);

    /// <summary>Puts records of a person, whose identity has the type <c>customer_id</c>, beside those that are there.</summary>
    /// <param name="created">What they say about when they came to be; null for nothing.</param>
    Task SeedAsync(string person, int records, string? created = null);

    /// <summary>Every record there is: its owner, its name, and its content.</summary>
    Task<IReadOnlyList<StoredRecord>> ReadAllAsync();

    /// <summary>Whether a record holds data that an export hands over.</summary>
    bool IsExported(StoredRecord record);

    /// <summary>What was exported, as <see cref="ReadAllAsync"/> shows it.</summary>
    StoredRecord Stored(ExportedRecordAndFile exported);
}

internal sealed record StoredRecord(string Owner, string Name, string Content);

internal static class Subjects
{
    public static IReadOnlyList<Subject> Of(params string[] customerIds) =>
        [.. customerIds.Select((id, index) => new Subject($"vault/{index}", [new Identity("customer_id", id, "raw")]))];

    /// <param name="erasedAt">Null for a request whose erasure is not verified.</param>
    public static IReadOnlyList<Subject> Erased(DateTimeOffset? erasedAt, params string[] customerIds) =>
        [.. Of(customerIds).Select((subject, index) => subject with { Reference = $"ledger/{index}", ErasedAt = erasedAt })];
}
