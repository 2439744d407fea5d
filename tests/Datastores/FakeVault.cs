using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Tests.Datastores;

/// <summary>A vault in memory, of one datastore.</summary>
internal sealed class FakeVault(string datastore) : IDatastoreVault
{
    public Dictionary<string, IReadOnlyList<Identity>> Entries { get; } = [];

    public Dictionary<string, string> Resumes { get; } = [];

    public Task<IReadOnlyList<Identity>> ReadAsync(string name, string reference, CancellationToken cancellation) =>
        name == datastore && Entries.TryGetValue(reference, out var identities) ? Task.FromResult(identities) : throw new VaultEntryMissing();

    public Task<string> SaveResumeAsync(string name, string requestId, string operation, string state, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Resumes[$"{name}#{requestId}#{operation}"] = state;
        return Task.FromResult(operation);
    }

    public Task<string?> ReadResumeAsync(string name, string requestId, string continuation, CancellationToken cancellation) =>
        Task.FromResult(Resumes.GetValueOrDefault($"{name}#{requestId}#{continuation}"));

    public Task DeleteResumeAsync(string name, string requestId, string operation, CancellationToken cancellation)
    {
        Resumes.Remove($"{name}#{requestId}#{operation}");
        return Task.CompletedTask;
    }
}
