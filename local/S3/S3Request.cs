using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Xml;

namespace ServerlessGdpr.Local.S3;

/// <summary>One S3 call: which bucket and key it is about, what it carries, and how it is answered.</summary>
public sealed class S3Request
{
    private S3Request(HttpContext context, string bucket, string key)
    {
        Context = context;
        Bucket = bucket;
        Key = key;
    }

    public HttpContext Context { get; }

    /// <summary>Empty when the call is about the account.</summary>
    public string Bucket { get; }

    /// <summary>Empty when the call is about the bucket.</summary>
    public string Key { get; }

    public string Method => Context.Request.Method;

    public IHeaderDictionary AnswerHeaders => Context.Response.Headers;

    public CancellationToken Cancellation => Context.RequestAborted;

    public string? VersionId => Query("versionId");

    public static S3Request Parse(HttpContext context)
    {
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0].TrimStart('/');
        var host = context.Request.Host.Host;
        var style = host.IndexOf(".s3.", StringComparison.OrdinalIgnoreCase);
        if (style > 0) return new S3Request(context, host[..style], Decoded(path));
        var parts = path.Split('/', 2);
        return new S3Request(context, Decoded(parts[0]), parts.Length == 2 ? Decoded(parts[1]) : "");
    }

    public bool Has(string query) => Context.Request.Query.ContainsKey(query);

    public string? Query(string name) => Context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public string? Header(string name) => Context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    public bool Flag(string header) => string.Equals(Header(header), "true", StringComparison.OrdinalIgnoreCase);

    public int Number(string query, int otherwise, int max)
    {
        if (Query(query) is not { Length: > 0 } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, max)
            : throw S3Error.InvalidArgument($"Provided {query} not an integer or within integer range");
    }

    public Task AnswerAsync(int status)
    {
        Context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    public Task AnswerAsync(XElement answer) => AnswerTextAsync(200, "application/xml", S3Xml.Write(answer));

    public Task AnswerTextAsync(int status, string contentType, string text)
    {
        Context.Response.StatusCode = status;
        Context.Response.ContentType = contentType;
        var bytes = Encoding.UTF8.GetBytes(text);
        Context.Response.ContentLength = bytes.Length;
        return Method is "HEAD" ? Task.CompletedTask : Context.Response.Body.WriteAsync(bytes, Cancellation).AsTask();
    }

    /// <summary>Refuses a call that says it is meant for another account's bucket.</summary>
    public void RequireExpectedOwner(string header = "x-amz-expected-bucket-owner")
    {
        if (Header(header) is { } owner and not CloudOptions.Account) throw new AwsError("AccessDenied", $"Access Denied: {owner} does not own the bucket.", 403);
    }

    private static string Decoded(string path) => Uri.UnescapeDataString(path);
}
