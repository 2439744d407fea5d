using System.Security.Cryptography;
using System.Text;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>Tells whether resume state was made for the same keys, without keeping them.</summary>
internal static class KeysFingerprint
{
    public static string Of<TKey>(IReadOnlyList<TKey> keys)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var key in keys) hash.AppendData(Encoding.UTF8.GetBytes(key + "\0"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
