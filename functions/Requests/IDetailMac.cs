using System.Security.Cryptography;
using System.Text.Json;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Recognises a detail without keeping it: a plain hash of identities could be found out by trying.</summary>
public interface IDetailMac
{
    /// <returns>The keyed MAC of the detail's canonical form, as text.</returns>
    Task<string> ComputeAsync(JsonElement detail, CancellationToken cancellation);
}

/// <inheritdoc cref="IDetailMac"/>
/// <remarks>KMS takes 4,096 bytes, so it is given the SHA-256 of the canonical form.</remarks>
public sealed class KmsDetailMac(IAmazonKeyManagementService kms, string keyArn) : IDetailMac
{
    public async Task<string> ComputeAsync(JsonElement detail, CancellationToken cancellation)
    {
        using var digest = new MemoryStream(SHA256.HashData(CanonicalJson.Encode(detail)));
        var answer = await kms.GenerateMacAsync(
            new GenerateMacRequest { KeyId = keyArn, MacAlgorithm = MacAlgorithmSpec.HMAC_SHA_256, Message = digest }, cancellation);
        return Convert.ToHexStringLower(answer.Mac.ToArray());
    }
}
