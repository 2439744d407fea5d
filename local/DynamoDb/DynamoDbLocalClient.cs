using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb;

/// <summary>
/// This cloud's way to DynamoDB Local. That keeps apart the tables of different access keys, so each cloud has a key of its own, whatever keys its
/// clients have.
/// </summary>
public sealed class DynamoDbLocalClient : IAsyncDisposable
{
    private readonly DynamoDbLocalProcess process;
    private readonly bool isShared;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public DynamoDbLocalClient(CloudOptions options)
    {
        isShared = options.DynamoDb is not null;
        process = options.DynamoDb ?? new DynamoDbLocalProcess();
        AccessKey = process.TakeKey();
    }

    public string AccessKey { get; }

    public Task<Uri> EndpointAsync(CancellationToken cancellation) => process.EndpointAsync(cancellation);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) => http.SendAsync(request, cancellation);

    /// <summary>Calls one operation for the cloud itself.</summary>
    /// <exception cref="AwsError">DynamoDB Local refused it.</exception>
    public async Task<JsonObject> CallAsync(string operation, JsonObject body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, await EndpointAsync(cancellation));
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"DynamoDB_20120810.{operation}");
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={AccessKey}/20260101/{CloudOptions.Region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0");
        request.Content = new StringContent(body.ToText(), new MediaTypeHeaderValue("application/x-amz-json-1.0"));
        using var answer = await SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        var json = JsonNode.Parse(text)!.AsObject();
        if (answer.IsSuccessStatusCode) return json;
        var code = json["__type"]?.GetValue<string>() ?? "InternalServerError";
        throw new AwsError(code[(code.LastIndexOf('#') + 1)..], json["message"]?.ToString() ?? json["Message"]?.ToString() ?? text, (int)answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (isShared) await ReturnAsync();
        else await process.DisposeAsync();
        http.Dispose();
    }

    private async Task ReturnAsync()
    {
        if (process.IsRunning)
        {
            while ((await CallAsync("ListTables", [], CancellationToken.None))["TableNames"]!.AsArray() is { Count: > 0 } tables)
            {
                foreach (var table in tables) await DeleteAsync((string)table!);
            }
        }

        process.ReturnKey(AccessKey);
    }

    private async Task DeleteAsync(string table)
    {
        var described = await CallAsync("DescribeTable", new JsonObject { ["TableName"] = table }, CancellationToken.None);
        if ((bool?)described["Table"]!["DeletionProtectionEnabled"] == true)
            await CallAsync("UpdateTable", new JsonObject { ["TableName"] = table, ["DeletionProtectionEnabled"] = false }, CancellationToken.None);
        await CallAsync("DeleteTable", new JsonObject { ["TableName"] = table }, CancellationToken.None);
    }
}
