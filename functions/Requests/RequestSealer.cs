using System.Text.Encodings.Web;
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
        Written(json => JsonSerializer.Serialize(json, identities, FunctionsJson.Default.IReadOnlyListIdentity));

    private static byte[] Plaintext(SubjectRequest request) => Written(json =>
    {
        json.WriteStartObject();
        json.WriteNames("status_callback_urls", request.CallbackUrls);
        if (request.Extensions is { } extensions)
        {
            // As it came: written anew it could be several times as long.
            json.WritePropertyName("extensions");
            json.WriteRawValue(extensions.GetRawText());
        }

        json.WriteEndObject();
    });

    // It is sealed and never put into a page: escaping more than JSON asks for would only outgrow the item.
    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) write(json);
        return bytes.ToArray();
    }
}
