using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Tests.Datastores;

/// <summary>A vault in memory, of one datastore.</summary>
internal sealed class FakeVault(string datastore) : IDatastoreVault
{
    /// <summary>Of whoever the vault leads to.</summary>
    public DateTimeOffset? ErasedAt { get; set; }

    public Dictionary<string, IReadOnlyList<Identity>> Entries { get; } = [];

    /// <summary>Who was erased, and when; null for an entry that is none to replay.</summary>
    public Dictionary<string, Subject?> Ledger { get; } = [];

    public Dictionary<ResumeKey, string> Resumes { get; } = [];

    public Task<Subject?> ReadAsync(string name, string reference, CancellationToken cancellation)
    {
        if (name != datastore) throw new VaultEntryMissing();
        if (Ledger.TryGetValue(reference, out var erased)) return Task.FromResult(erased);
        return Entries.TryGetValue(reference, out var identities) ? Task.FromResult<Subject?>(new Subject(reference, identities, ErasedAt)) : throw new VaultEntryMissing();
    }

    public Task SaveResumeAsync(ResumeKey key, string subject, string state, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Resumes[key] = state;
        return Task.CompletedTask;
    }

    public Task<string?> ReadResumeAsync(ResumeKey key, CancellationToken cancellation) => Task.FromResult(Resumes.GetValueOrDefault(key));

    public Task DeleteResumeAsync(ResumeKey key, CancellationToken cancellation)
    {
        Resumes.Remove(key);
        return Task.CompletedTask;
    }
}
