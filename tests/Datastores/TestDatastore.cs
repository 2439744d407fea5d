using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Tests.Datastores;

/// <summary>A real datastore of some kind, filled and looked at past the faults that the kind under test meets.</summary>
internal interface ITestDatastore : IAsyncDisposable
{
    /// <summary>What every personal content holds.</summary>
    const string Personal = "personal";

    DatastoreEntry Entry { get; }

    /// <summary>The kind under test, as a new process would make it.</summary>
    IDatastore Open();

    /// <summary>Puts records of a person, whose identity has the type <c>customer_id</c>.</summary>
    Task SeedAsync(string person, int records);

    /// <summary>Every record there is: its owner, its name, and its content.</summary>
    Task<IReadOnlyList<StoredRecord>> ReadAllAsync();
}

internal sealed record StoredRecord(string Owner, string Name, string Content);

internal static class Subjects
{
    public static IReadOnlyList<Subject> Of(params string[] customerIds) =>
        [.. customerIds.Select((id, index) => new Subject($"vault/{index}", [new Identity("customer_id", id, "raw")]))];
}
