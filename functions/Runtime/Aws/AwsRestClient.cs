using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>The AWS REST-JSON protocol, as far as reading goes, for services without an SDK package here. Their package can replace it behind the ports that use it.</summary>
/// <param name="handler">Signs and retries.</param>
/// <param name="service">As messages name it.</param>
public sealed class AwsRestClient(HttpMessageHandler handler, Uri endpoint, string service) : IDisposable
{
    private readonly HttpMessageInvoker http = new(handler);

    /// <param name="path">Its parts escaped already.</param>
    /// <param name="query">Those without a value are left out.</param>
    /// <exception cref="AmazonServiceException">AWS refused; the error code is kept, its message is not, for it may quote the input.</exception>
    public async Task<TOut> GetAsync<TOut>(
        string path, IEnumerable<(string Name, string? Value)> query, JsonTypeInfo<TOut> outputType, CancellationToken cancellation)
    {
        var parameters = string.Join('&', query.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint, $"{path}?{parameters}"));
        using var answer = await http.SendAsync(request, cancellation);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        if (answer.StatusCode != HttpStatusCode.OK) throw Refusal(path, answer.StatusCode, Code(answer, body));
        return JsonSerializer.Deserialize(body, outputType) ?? throw Refusal(path, answer.StatusCode, "EmptyAnswer");
    }

    public void Dispose() => http.Dispose();

    /// <summary>REST services name the error in a header, with an address behind it at times; some in the body all the same.</summary>
    private static string Code(HttpResponseMessage answer, byte[] body) =>
        answer.Headers.TryGetValues("x-amzn-ErrorType", out var values) && values.FirstOrDefault()?.Split(':')[0] is { Length: > 0 } code
            ? code
            : AwsErrorBody.Code(body);

    private AmazonServiceException Refusal(string path, HttpStatusCode status, string code) => new(
        $"{service} answered {code} to {path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()}.",
        null, (int)status >= 500 ? ErrorType.Receiver : ErrorType.Sender, code, null, status);
}
