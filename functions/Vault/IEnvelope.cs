namespace ServerlessGdpr.Functions.Vault;

/// <summary>Envelope encryption bound to one request and one datastore: what is sealed for one cannot be opened as another.</summary>
public interface IEnvelope
{
    /// <returns>The wrapped data key and the ciphertext, safe to store.</returns>
    Task<byte[]> SealAsync(string request, string datastore, ReadOnlyMemory<byte> plaintext, CancellationToken cancellation);

    /// <exception cref="SealBroken">The bytes were sealed for another request or datastore, or were changed.</exception>
    Task<byte[]> OpenAsync(string request, string datastore, ReadOnlyMemory<byte> sealedBytes, CancellationToken cancellation);
}

/// <summary>Sealed bytes do not open: they were sealed for another request or datastore, or were changed.</summary>
public sealed class SealBroken() : Runtime.PermanentFailure("Sealed bytes do not open for this request and datastore.");
