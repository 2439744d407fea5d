using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Vault;

/// <summary>An identity of a person, normalised. Never logged, never put in a key, message or payload of ours.</summary>
/// <param name="Format"><c>raw</c>, or the hash the value is: <c>sha1</c>, <c>md5</c>, <c>sha256</c>.</param>
public sealed record Identity(string Type, string Value, string Format)
{
    public override string ToString() => $"identity of type {Type}";
}

/// <summary>What of the vault and the ledger a datastore's function sees: its own entries.</summary>
public interface IDatastoreVault
{
    /// <summary>The person behind a reference: <c>vault/{requestId}</c> for an open request, <c>ledger/{requestId}</c> for someone who was erased.</summary>
    /// <returns>Null where the ledger's entry is none to replay: expired or void.</returns>
    /// <exception cref="VaultEntryMissing">The task is final or was cancelled, and its entry is gone.</exception>
    Task<Subject?> ReadAsync(string datastore, string reference, CancellationToken cancellation);

    /// <summary>Keeps resume state, encrypted, in place of any earlier one under the same key.</summary>
    /// <param name="subject">The reference whose data key it is sealed with.</param>
    Task SaveResumeAsync(ResumeKey key, string subject, string state, CancellationToken cancellation);

    /// <summary>Null when the state is gone, and the operation starts again.</summary>
    Task<string?> ReadResumeAsync(ResumeKey key, CancellationToken cancellation);

    Task DeleteResumeAsync(ResumeKey key, CancellationToken cancellation);
}

/// <summary>What resume state is of.</summary>
/// <param name="Work">The request or the replay.</param>
/// <param name="Target">The ARN of the restored resource; null for the registered one.</param>
public sealed record ResumeKey(string Datastore, string Work, string Operation, string? Target);

/// <summary>The vault holds no entry for a task: the task is final, or the request was cancelled.</summary>
public sealed class VaultEntryMissing() : Runtime.PermanentFailure("The vault holds no entry for this task.");
