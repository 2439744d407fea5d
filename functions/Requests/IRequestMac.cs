using System.Security.Cryptography;
using System.Text.Json;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Recognises details and identities without keeping them: a plain hash of an identity could be found out by trying.</summary>
public interface IRequestMac
{
    /// <returns>The keyed MAC of the detail's canonical form, as text.</returns>
    Task<string> ComputeAsync(JsonElement detail, CancellationToken cancellation);

    /// <returns>The keyed MAC of a normalised identity, as text.</returns>
    Task<string> ComputeAsync(Identity identity, CancellationToken cancellation);
}

/// <inheritdoc cref="IRequestMac"/>
/// <remarks>KMS takes 4,096 bytes, so it is given the SHA-256 of the canonical form.</remarks>
public sealed class KmsRequestMac(IAmazonKeyManagementService kms, string keyArn) : IRequestMac
{
    public Task<string> ComputeAsync(JsonElement detail, CancellationToken cancellation) => ComputeAsync(CanonicalJson.Encode(detail), cancellation);

    public Task<string> ComputeAsync(Identity identity, CancellationToken cancellation) => ComputeAsync(Encode(identity), cancellation);

    /// <summary>An array, where a detail is an object: neither can be taken for the other.</summary>
    internal static byte[] Encode(Identity identity) =>
        JsonSerializer.SerializeToUtf8Bytes([identity.Type, identity.Format, identity.Value], FunctionsJson.Default.StringArray);

    private async Task<string> ComputeAsync(byte[] message, CancellationToken cancellation)
    {
        using var digest = new MemoryStream(SHA256.HashData(message));
        var answer = await kms.GenerateMacAsync(
            new GenerateMacRequest { KeyId = keyArn, MacAlgorithm = MacAlgorithmSpec.HMAC_SHA_256, Message = digest }, cancellation);
        return Convert.ToHexStringLower(answer.Mac.ToArray());
    }
}
