using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb;

/// <summary>
/// DynamoDB: every request goes on to AWS's DynamoDB Local. That keeps apart the tables of different access keys, so each cloud
/// forwards under a key of its own, whatever key its client has.
/// </summary>
public sealed class DynamoDbService(CloudOptions options) : IAwsService, IAsyncDisposable
{
    private const string StreamsTarget = "DynamoDBStreams_";
    private const string LocalArn = "arn:aws:dynamodb:ddblocal:";
    private static readonly string CloudArn = $"arn:aws:dynamodb:{CloudOptions.Region}:";
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase) { "Host", "Connection", "Transfer-Encoding", "Expect", "Content-Length" };

    /// <summary>The operations that answer with ARNs, which DynamoDB Local places in a region of its own.</summary>
    private static readonly HashSet<string> AnswerWithArn = new(StringComparer.Ordinal)
    {
        "CreateTable", "DescribeTable", "UpdateTable", "DeleteTable", "ListStreams", "DescribeStream",
    };

    private readonly DynamoDbLocalProcess process = options.DynamoDb ?? new DynamoDbLocalProcess();
    private readonly string accessKey = RandomNumberGenerator.GetHexString(20);
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public string SigningName => "dynamodb";

    public RequestFaults Faults { get; } = new();

    public Task HandleAsync(HttpContext context)
    {
        var operation = JsonProtocol.Operation(context);
        return Faults.RunAsync(operation, context, () => ForwardAsync(context, operation));
    }

    /// <summary>Sends one operation of this cloud's own to DynamoDB Local.</summary>
    internal async Task<HttpResponseMessage> SendAsync(string operation, string body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, await process.EndpointAsync(cancellation));
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"DynamoDB_20120810.{operation}");
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={accessKey}/20260101/{CloudOptions.Region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0");
        request.Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.0");
        return await http.SendAsync(request, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (options.DynamoDb is null) await process.DisposeAsync();
    }

    private async Task ForwardAsync(HttpContext context, string operation)
    {
        using var request = await RequestAsync(context);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!HopByHop.Contains(name)) context.Response.Headers[name] = values.ToArray();
        }

        if (AnswerWithArn.Contains(operation))
        {
            context.Response.Headers.Remove("x-amz-crc32");
            var text = await answer.Content.ReadAsStringAsync(context.RequestAborted);
            await context.Response.WriteAsync(text.Replace(LocalArn, CloudArn, StringComparison.Ordinal), context.RequestAborted);
            return;
        }

        context.Response.ContentLength = answer.Content.Headers.ContentLength;
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private async Task<HttpRequestMessage> RequestAsync(HttpContext context)
    {
        var source = context.Request;
        var request = new HttpRequestMessage(HttpMethod.Parse(source.Method), await process.EndpointAsync(context.RequestAborted)) { Content = await ContentAsync(context) };
        request.Content.Headers.ContentLength ??= source.ContentLength;
        foreach (var (name, values) in source.Headers)
        {
            if (HopByHop.Contains(name)) continue;
            var sent = name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? WithOwnKey(values.ToString()) : values.ToString();
            if (!request.Headers.TryAddWithoutValidation(name, sent)) request.Content.Headers.TryAddWithoutValidation(name, sent);
        }

        return request;
    }

    /// <summary>Requests about streams name them by ARN; all others are passed on as they come.</summary>
    private static async Task<HttpContent> ContentAsync(HttpContext context)
    {
        if (!context.Request.Headers["X-Amz-Target"].ToString().StartsWith(StreamsTarget, StringComparison.Ordinal)) return new StreamContent(context.Request.Body);
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync(context.RequestAborted);
        var bytes = Encoding.UTF8.GetBytes(text.Replace(CloudArn, LocalArn, StringComparison.Ordinal));
        return new ByteArrayContent(bytes) { Headers = { ContentLength = bytes.Length } };
    }

    private string WithOwnKey(string authorization)
    {
        const string credential = "Credential=";
        var start = authorization.IndexOf(credential, StringComparison.Ordinal) + credential.Length;
        var scope = authorization.IndexOf('/', start);
        var region = authorization.IndexOf('/', authorization.IndexOf('/', scope + 1) + 1);
        var date = authorization[scope..authorization.IndexOf('/', scope + 1)];
        return $"{authorization[..start]}{accessKey}{date}/{CloudOptions.Region}{authorization[region..]}";
    }
}
