using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Kms;

/// <summary>
/// Ciphertext under a symmetric key: version (1 byte), key id (16), nonce (12), tag (16), ciphertext.
/// The version, the key id and the encryption context are authenticated.
/// </summary>
public static class SealedBlob
{
    private const byte Version = 1;
    private const int KeyEnd = 17;
    private const int NonceEnd = KeyEnd + 12;
    private const int TagEnd = NonceEnd + 16;

    public static byte[] Seal(KmsKey key, ReadOnlySpan<byte> plaintext, JsonObject? context)
    {
        var blob = new byte[TagEnd + plaintext.Length];
        blob[0] = Version;
        key.Id.TryWriteBytes(blob.AsSpan(1), bigEndian: true, out _);
        RandomNumberGenerator.Fill(blob.AsSpan(KeyEnd, 12));
        using var cipher = new AesGcm(key.Material, 16);
        cipher.Encrypt(blob.AsSpan(KeyEnd..NonceEnd), plaintext, blob.AsSpan(TagEnd), blob.AsSpan(NonceEnd..TagEnd), Authenticated(blob, context));
        return blob;
    }

    /// <summary>The key that <paramref name="blob"/> says it is under; null when it is no blob of ours.</summary>
    public static Guid? KeyOf(ReadOnlySpan<byte> blob) =>
        blob.Length > TagEnd && blob[0] == Version ? new Guid(blob[1..KeyEnd], bigEndian: true) : null;

    public static byte[] Open(KmsKey key, byte[] blob, JsonObject? context)
    {
        var plaintext = new byte[blob.Length - TagEnd];
        using var cipher = new AesGcm(key.Material, 16);
        try
        {
            cipher.Decrypt(blob.AsSpan(KeyEnd..NonceEnd), blob.AsSpan(TagEnd), blob.AsSpan(NonceEnd..TagEnd), plaintext, Authenticated(blob, context));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new AwsError("InvalidCiphertextException", "");
        }

        return plaintext;
    }

    private static byte[] Authenticated(byte[] blob, JsonObject? context)
    {
        using var bytes = new MemoryStream();
        bytes.Write(blob, 0, KeyEnd);
        foreach (var (name, value) in (context ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Write(bytes, name);
            Write(bytes, Text(name, value));
        }

        return bytes.ToArray();
    }

    private static string Text(string name, JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var s)
        ? s
        : throw new AwsError("SerializationException", $"The encryption context's value for {name} is not a string.");

    /// <summary>Lengths go first, so that no two contexts have the same bytes.</summary>
    private static void Write(MemoryStream bytes, string text)
    {
        Span<byte> length = stackalloc byte[4];
        var utf8 = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(length, utf8.Length);
        bytes.Write(length);
        bytes.Write(utf8);
    }
}
