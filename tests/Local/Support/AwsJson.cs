using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Tests.Local.Support;

/// <summary>Calls an operation of the JSON protocol as a signed client would.</summary>
internal sealed class AwsJson(Cloud cloud, string service, string targetPrefix) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = cloud.Endpoint };

    public static string Authorization(string service) =>
        $"AWS4-HMAC-SHA256 Credential=test/20261123/{CloudOptions.Region}/{service}/aws4_request, SignedHeaders=host, Signature=0";

    /// <returns>The answer; an error's has <c>__type</c>.</returns>
    public async Task<JsonObject> CallAsync(string operation, JsonObject request, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/");
        message.Headers.TryAddWithoutValidation("Authorization", Authorization(service));
        message.Headers.Add("X-Amz-Target", $"{targetPrefix}.{operation}");
        message.Content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.1");
        using var answer = await http.SendAsync(message, cancellation);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))!.AsObject();
    }

    public void Dispose() => http.Dispose();
}
