using Amazon.Runtime;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>
/// The transport of the SDK's clients: an answer is handed over when all of it is there. Without that, the connection of a call that is cancelled while
/// its answer arrives goes to the next call, which takes the rest for its own answer or waits for ever. What S3 stores is handed over as it comes:
/// it may be large, and its readers cancel their own reading.
/// </summary>
/// <param name="transport">Makes what carries the calls; null for plain HTTP.</param>
public sealed class WholeAnswers(Func<HttpMessageHandler>? transport = null) : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(new Handler(transport?.Invoke() ?? new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })) { Timeout = clientConfig.Timeout ?? Timeout.InfiniteTimeSpan };

    private sealed class Handler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (IsStored(request, answer)) return answer;
            try
            {
                await answer.Content.LoadIntoBufferAsync(cancellationToken);
                return answer;
            }
            catch
            {
                answer.Dispose();
                throw;
            }
        }

        /// <summary>Of all that is read with GET, S3 gives an ETag only with what it stores.</summary>
        private static bool IsStored(HttpRequestMessage request, HttpResponseMessage answer) => request.Method == HttpMethod.Get && answer.IsSuccessStatusCode && answer.Headers.Contains("ETag");
    }
}
