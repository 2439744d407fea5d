using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Kms;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>KMS, called directly: such a request has no <c>kms:ViaService</c>.</summary>
internal sealed class KmsAccess(KeyStore keys) : IRequestAccess
{
    private static readonly string[] WithoutKey = ["CreateKey", "GenerateRandom", "ListAliases", "ListKeys"];

    public string SigningName => "kms";

    public async Task<IReadOnlyList<Access>> ReadAsync(HttpContext context)
    {
        var operation = JsonProtocol.Operation(context);
        if (WithoutKey.Contains(operation)) return [new Access($"kms:{operation}", "*")];
        var request = await RequestBody.PeekAsync(context);
        return operation is "ReEncrypt"
            ? [Of("ReEncryptFrom", request, "SourceKeyId", "SourceEncryptionContext"), Of("ReEncryptTo", request, "DestinationKeyId", "DestinationEncryptionContext")]
            : [Of(operation, request, "KeyId", "EncryptionContext")];
    }

    private Access Of(string operation, JsonObject request, string key, string context)
    {
        var access = new Access($"kms:{operation}", ArnOf(request, key) ?? throw RequestBody.Unknown("kms", operation));
        if (request[context] is not JsonObject { Count: > 0 } pairs) return access;
        foreach (var (name, value) in pairs) access = access.With($"kms:EncryptionContext:{name}", value?.ToString() ?? "");
        return access.With("kms:EncryptionContextKeys", pairs.Select(pair => pair.Key));
    }

    /// <summary>Ciphertext under a symmetric key says which key that is.</summary>
    private string? ArnOf(JsonObject request, string key)
    {
        if (request.Text(key) is { } named) return keys.Find(named).Arn;
        if (request.Text("CiphertextBlob") is not { } text) return null;
        Span<byte> blob = new byte[text.Length];
        return Convert.TryFromBase64String(text, blob, out var length) && SealedBlob.KeyOf(blob[..length]) is { } id && keys.Find(id) is { } found
            ? found.Arn
            : throw new AwsError("InvalidCiphertextException", "");
    }
}
