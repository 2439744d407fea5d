using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>The AWS JSON protocol, for services without an SDK package here. Their package can replace it behind the ports that use it.</summary>
/// <param name="handler">Signs and retries.</param>
/// <param name="target">The part of <c>X-Amz-Target</c> before the operation.</param>
/// <param name="contentType"><c>application/x-amz-json-1.0</c> or <c>-1.1</c>, as the service has it.</param>
public sealed class AwsJsonClient(HttpMessageHandler handler, Uri endpoint, string target, string contentType) : IDisposable
{
    private readonly HttpMessageInvoker http = new(handler);

    /// <exception cref="AmazonServiceException">AWS refused; the error code is kept, its message is not, for it may quote the input.</exception>
    public async Task<TOut> CallAsync<TIn, TOut>(
        string operation, TIn input, JsonTypeInfo<TIn> inputType, JsonTypeInfo<TOut> outputType, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(input, inputType));
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = content };
        request.Headers.Add("X-Amz-Target", $"{target}.{operation}");

        using var answer = await http.SendAsync(request, cancellation);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        if (answer.StatusCode != HttpStatusCode.OK) throw Refusal(operation, answer.StatusCode, AwsErrorBody.Code(body));
        return JsonSerializer.Deserialize(body, outputType) ?? throw Refusal(operation, answer.StatusCode, "EmptyAnswer");
    }

    public void Dispose() => http.Dispose();

    private AmazonServiceException Refusal(string operation, HttpStatusCode status, string code) =>
        new($"{target}.{operation} answered {code}.", null, (int)status >= 500 ? ErrorType.Receiver : ErrorType.Sender, code, null, status);
}
