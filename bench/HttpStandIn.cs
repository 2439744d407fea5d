using System.Net;
using System.Text;
using Amazon.Runtime;

namespace ServerlessGdpr.Bench;

/// <summary>Answers an SDK client's HTTP requests within this process: the client signs, writes and reads as ever, and no network is measured.</summary>
internal sealed class HttpStandIn(Func<HttpRequestMessage, byte[], HttpResponseMessage> answer) : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(answer));

    public static HttpResponseMessage Json(byte[] body) => new(HttpStatusCode.OK)
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/x-amz-json-1.0") } },
    };

    public static HttpResponseMessage Json(string body) => Json(Encoding.UTF8.GetBytes(body));

    private sealed class Handler(Func<HttpRequestMessage, byte[], HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
            var response = answer(request, body);
            response.RequestMessage = request;
            return response;
        }
    }
}
