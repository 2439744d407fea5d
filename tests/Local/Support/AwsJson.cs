using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Support;

namespace ServerlessGdpr.Tests.Local.Support;

/// <summary>Calls an operation of the JSON protocol as a signed client would.</summary>
internal sealed class AwsJson : IDisposable
{
    private readonly HttpClient http;
    private readonly string targetPrefix;

    public AwsJson(Cloud cloud, string service, string targetPrefix)
        : this(new HttpClient { BaseAddress = cloud.Endpoint }, targetPrefix) =>
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", Authorization(service));

    /// <summary>Signs in earnest, for implementations that look.</summary>
    public AwsJson(ContractTarget target, string service, string targetPrefix)
        : this(target.Client(service), targetPrefix)
    {
    }

    private AwsJson(HttpClient http, string targetPrefix) => (this.http, this.targetPrefix) = (http, targetPrefix);

    public static string Authorization(string service) =>
        $"AWS4-HMAC-SHA256 Credential=test/20261123/{CloudOptions.Region}/{service}/aws4_request, SignedHeaders=host, Signature=0";

    /// <returns>The answer; an error's has <c>__type</c>.</returns>
    public async Task<JsonObject> CallAsync(string operation, JsonObject request, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/");
        message.Headers.Add("X-Amz-Target", $"{targetPrefix}.{operation}");
        message.Content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.1");
        using var answer = await http.SendAsync(message, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }

    public void Dispose() => http.Dispose();
}
