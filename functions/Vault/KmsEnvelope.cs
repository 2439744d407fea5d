using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;

namespace ServerlessGdpr.Functions.Vault;

/// <summary>
/// AES-256-GCM under a data key that KMS wraps; the encryption context {request, datastore} binds the wrapped key, and as associated data the ciphertext.
/// </summary>
/// <remarks>Layout: version (1 byte, 1), length of the wrapped key (2 bytes, big-endian), wrapped key, nonce (12), tag (16), ciphertext.</remarks>
public sealed class KmsEnvelope : IEnvelope
{
    private const byte Version = 1;
    private const int HeaderSize = 3;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private readonly IAmazonKeyManagementService kms;
    private readonly string? keyArn;

    private KmsEnvelope(IAmazonKeyManagementService kms, string? keyArn)
    {
        this.kms = kms;
        this.keyArn = keyArn;
    }

    /// <summary>For whoever makes data keys.</summary>
    public static KmsEnvelope Sealing(IAmazonKeyManagementService kms, string keyArn) => new(kms, keyArn);

    /// <summary>For whoever only opens: the wrapped data key names the key that wrapped it.</summary>
    public static KmsEnvelope Opening(IAmazonKeyManagementService kms) => new(kms, null);

    public async Task<byte[]> SealAsync(string request, string datastore, ReadOnlyMemory<byte> plaintext, CancellationToken cancellation)
    {
        var key = await kms.GenerateDataKeyAsync(
            new GenerateDataKeyRequest { KeyId = keyArn, KeySpec = DataKeySpec.AES_256, EncryptionContext = Context(request, datastore) }, cancellation);
        var plainKey = key.Plaintext.ToArray();
        try
        {
            return Seal(plainKey, key.CiphertextBlob.ToArray(), AssociatedData(request, datastore), plaintext.Span);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plainKey);
        }
    }

    public async Task<byte[]> OpenAsync(string request, string datastore, ReadOnlyMemory<byte> sealedBytes, CancellationToken cancellation)
    {
        var wrapped = WrappedKey(sealedBytes.Span);
        var plainKey = await UnwrapAsync(wrapped, request, datastore, cancellation);
        try
        {
            return Open(plainKey, AssociatedData(request, datastore), sealedBytes.Span[(HeaderSize + wrapped.Length)..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plainKey);
        }
    }

    /// <summary>Seals under the data key of an earlier seal, for a role that may decrypt but not make keys.</summary>
    public async Task<byte[]> SealLikeAsync(ReadOnlyMemory<byte> earlier, string request, string datastore, ReadOnlyMemory<byte> plaintext, CancellationToken cancellation)
    {
        var wrapped = WrappedKey(earlier.Span);
        var plainKey = await UnwrapAsync(wrapped, request, datastore, cancellation);
        try
        {
            return Seal(plainKey, wrapped, AssociatedData(request, datastore), plaintext.Span);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plainKey);
        }
    }

    private static byte[] Seal(byte[] key, byte[] wrapped, byte[] associated, ReadOnlySpan<byte> plaintext)
    {
        var bytes = new byte[HeaderSize + wrapped.Length + NonceSize + TagSize + plaintext.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(1), (ushort)wrapped.Length);
        wrapped.CopyTo(bytes, HeaderSize);
        var body = bytes.AsSpan(HeaderSize + wrapped.Length);
        RandomNumberGenerator.Fill(body[..NonceSize]);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(body[..NonceSize], plaintext, body[(NonceSize + TagSize)..], body.Slice(NonceSize, TagSize), associated);
        return bytes;
    }

    private static byte[] Open(byte[] key, byte[] associated, ReadOnlySpan<byte> body)
    {
        if (body.Length < NonceSize + TagSize) throw new SealBroken();
        var plaintext = new byte[body.Length - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        try
        {
            aes.Decrypt(body[..NonceSize], body[(NonceSize + TagSize)..], body.Slice(NonceSize, TagSize), plaintext, associated);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealBroken();
        }

        return plaintext;
    }

    private static byte[] WrappedKey(ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < HeaderSize || sealedBytes[0] != Version) throw new SealBroken();
        var length = BinaryPrimitives.ReadUInt16BigEndian(sealedBytes[1..]);
        return sealedBytes.Length < HeaderSize + length ? throw new SealBroken() : sealedBytes.Slice(HeaderSize, length).ToArray();
    }

    private async Task<byte[]> UnwrapAsync(byte[] wrapped, string request, string datastore, CancellationToken cancellation)
    {
        try
        {
            var answer = await kms.DecryptAsync(
                new DecryptRequest { KeyId = keyArn, CiphertextBlob = new MemoryStream(wrapped), EncryptionContext = Context(request, datastore) }, cancellation);
            return answer.Plaintext.ToArray();
        }
        catch (InvalidCiphertextException)
        {
            throw new SealBroken();
        }
    }

    private static Dictionary<string, string> Context(string request, string datastore) => new() { ["request"] = request, ["datastore"] = datastore };

    // Lengths go first, so that no two pairs read the same.
    private static byte[] AssociatedData(string request, string datastore) =>
        Encoding.UTF8.GetBytes($"{request.Length}:{request}{datastore.Length}:{datastore}");
}
