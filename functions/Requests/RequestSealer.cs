using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Makes the vault items of a request: for each datastore its own, holding only the identities it maps, and one for callbacks and extensions.</summary>
public sealed class RequestSealer(IEnvelope envelope, string vaultTable)
{
    /// <summary>The context's datastore for what belongs to the request rather than to a datastore.</summary>
    public const string RequestContext = "@request";

    private const int Format = 1;

    public async Task<IReadOnlyList<Put>> SealAsync(SubjectRequest request, CancellationToken cancellation)
    {
        var items = request.Reach.Identities
            .Select(entry => PutAsync(request.RequestId, entry.Key, VaultKeys.Identities(entry.Key, request.RequestId), Plaintext(entry.Value), cancellation))
            .ToList();
        if (request.CallbackUrls.Count > 0 || request.Extensions is not null)
            items.Add(PutAsync(request.RequestId, RequestContext, VaultKeys.Callbacks(request.RequestId), Plaintext(request), cancellation));
        return await Task.WhenAll(items);
    }

    private async Task<Put> PutAsync(
        string requestId, string datastore, Dictionary<string, AttributeValue> item, byte[] plaintext, CancellationToken cancellation)
    {
        item[VaultKeys.Sealed] = Items.Binary(await envelope.SealAsync(requestId, datastore, plaintext, cancellation));
        item["format"] = Items.Number(Format);
        return new Put { TableName = vaultTable, Item = item };
    }

    private static byte[] Plaintext(IReadOnlyList<Identity> identities) =>
        JsonSerializer.SerializeToUtf8Bytes(identities, FunctionsJson.Default.IReadOnlyListIdentity);

    private static byte[] Plaintext(SubjectRequest request)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("status_callback_urls");
            foreach (var url in request.CallbackUrls) json.WriteStringValue(url);
            json.WriteEndArray();
            if (request.Extensions is { } extensions)
            {
                json.WritePropertyName("extensions");
                extensions.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
