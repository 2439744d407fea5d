using System.Text;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb;

/// <summary>Passes requests on to DynamoDB Local as they came, but under the cloud's own key.</summary>
internal sealed class DynamoDbForwarder(DynamoDbLocalClient client)
{
    /// <summary>Not passed on; compression because answers are looked into.</summary>
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Transfer-Encoding", "Expect", "Content-Length", "Accept-Encoding",
    };

    /// <exception cref="AwsError">DynamoDB Local does not know the operation.</exception>
    public async Task<ForwardedAnswer> SendAsync(HttpContext context, byte[] body, CancellationToken cancellation)
    {
        using var request = await RequestAsync(context.Request, body, cancellation);
        using var answer = await client.SendAsync(request, cancellation);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellation);
        if (!answer.IsSuccessStatusCode && Encoding.UTF8.GetString(bytes).Contains("UnknownOperationException", StringComparison.Ordinal))
            throw AwsError.NotImplemented("dynamodb", JsonProtocol.Operation(context));
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => !Kept.Contains(header.Key));
        return new ForwardedAnswer((int)answer.StatusCode, [.. headers.Select(header => (header.Key, header.Value.ToArray()))], bytes);
    }

    private async Task<HttpRequestMessage> RequestAsync(HttpRequest source, byte[] body, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Parse(source.Method), await client.EndpointAsync(cancellation)) { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in source.Headers)
        {
            if (Kept.Contains(name)) continue;
            var sent = name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? WithOwnKey(values.ToString()) : values.ToString();
            if (!request.Headers.TryAddWithoutValidation(name, sent)) request.Content.Headers.TryAddWithoutValidation(name, sent);
        }

        return request;
    }

    private string WithOwnKey(string authorization)
    {
        const string credential = "Credential=";
        var start = authorization.IndexOf(credential, StringComparison.Ordinal) + credential.Length;
        var scope = authorization.IndexOf('/', start);
        var region = authorization.IndexOf('/', authorization.IndexOf('/', scope + 1) + 1);
        var date = authorization[scope..authorization.IndexOf('/', scope + 1)];
        return $"{authorization[..start]}{client.AccessKey}{date}/{CloudOptions.Region}{authorization[region..]}";
    }
}

/// <summary>What DynamoDB Local answered, whole.</summary>
internal sealed record ForwardedAnswer(int Status, IReadOnlyList<(string Name, string[] Values)> Headers, byte[] Body)
{
    public bool Succeeded => Status == 200;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The same with another body, which the checksum no longer fits.</summary>
    public ForwardedAnswer With(string text) => this with
    {
        Headers = [.. Headers.Where(header => !header.Name.Equals("x-amz-crc32", StringComparison.OrdinalIgnoreCase))],
        Body = Encoding.UTF8.GetBytes(text),
    };

    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        foreach (var (name, values) in Headers) context.Response.Headers[name] = values;
        await context.Response.Body.WriteAsync(Body, context.RequestAborted);
    }
}
