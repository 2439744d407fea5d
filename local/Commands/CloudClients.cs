using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Commands;

/// <summary>Ordinary AWS clients of the local cloud.</summary>
public sealed class CloudClients : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    private readonly Uri endpoint;
    private readonly TimeProvider time;

    public CloudClients(Uri endpoint, TimeProvider time)
    {
        this.endpoint = endpoint;
        this.time = time;
        var credentials = new BasicAWSCredentials("local", "local");
        DynamoDb = new AmazonDynamoDBClient(credentials, new AmazonDynamoDBConfig { ServiceURL = endpoint.ToString(), AuthenticationRegion = CloudOptions.Region });
        S3 = new AmazonS3Client(credentials, new AmazonS3Config { ServiceURL = endpoint.ToString(), AuthenticationRegion = CloudOptions.Region, ForcePathStyle = true });
    }

    public AmazonDynamoDBClient DynamoDb { get; }

    public AmazonS3Client S3 { get; }

    /// <summary>The local cloud reads the credential scope of a request and checks no signature.</summary>
    public async Task<JsonObject> PutEventsAsync(JsonArray entries, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Content = new StringContent(new JsonObject { ["Entries"] = entries }.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/x-amz-json-1.1"));
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "AWSEvents.PutEvents");
        var day = time.GetUtcNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=local/{day}/{CloudOptions.Region}/events/aws4_request, SignedHeaders=host, Signature={new string('0', 64)}");
        using var response = await http.SendAsync(request, cancellation);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation))!.AsObject();
        return response.IsSuccessStatusCode ? answer : throw new AwsError(answer["__type"]!.GetValue<string>(), answer["message"]!.GetValue<string>());
    }

    public void Dispose()
    {
        http.Dispose();
        DynamoDb.Dispose();
        S3.Dispose();
    }
}
