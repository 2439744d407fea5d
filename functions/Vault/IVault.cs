namespace ServerlessGdpr.Functions.Vault;

/// <summary>An identity of a person, normalised. Never logged, never put in a key, message or payload of ours.</summary>
/// <param name="Format"><c>raw</c>, or the hash the value is: <c>sha1</c>, <c>md5</c>, <c>sha256</c>.</param>
public sealed record Identity(string Type, string Value, string Format)
{
    public override string ToString() => $"identity of type {Type}";
}

/// <summary>The part of the vault that a datastore's function sees: its own entries.</summary>
public interface IDatastoreVault
{
    /// <summary>The identities behind a reference such as <c>vault/{requestId}</c>.</summary>
    /// <exception cref="VaultEntryMissing">The task is final or was cancelled, and its entry is gone.</exception>
    Task<IReadOnlyList<Identity>> ReadAsync(string datastore, string reference, CancellationToken cancellation);

    /// <summary>Keeps resume state, encrypted, in place of any earlier one of the same operation.</summary>
    /// <returns>The reference the workflow carries as continuation.</returns>
    Task<string> SaveResumeAsync(string datastore, string requestId, string operation, string state, CancellationToken cancellation);

    /// <summary>The state behind a continuation; null when it is gone, and the operation starts again.</summary>
    Task<string?> ReadResumeAsync(string datastore, string requestId, string continuation, CancellationToken cancellation);

    Task DeleteResumeAsync(string datastore, string requestId, string operation, CancellationToken cancellation);
}

/// <summary>What resume state is of.</summary>
/// <param name="Work">The request or the replay.</param>
/// <param name="Target">The ARN of the restored resource; null for the registered one.</param>
public sealed record ResumeKey(string Datastore, string Work, string Operation, string? Target);

/// <summary>The vault holds no entry for a task: the task is final, or the request was cancelled.</summary>
public sealed class VaultEntryMissing() : Runtime.PermanentFailure("The vault holds no entry for this task.");
