using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>Repeats a call that was throttled, failed on AWS's side or got no answer, after full jitter. It stands outside the signing, so that each attempt is signed anew.</summary>
/// <param name="jitter">0 to 1, anew for each wait.</param>
public sealed class RetryHandler(HttpMessageHandler inner, TimeProvider time, Func<double> jitter) : DelegatingHandler(inner)
{
    /// <summary>The first call and its repetitions.</summary>
    public const int Attempts = 5;

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Retries around signing around a plain transport.</summary>
    public static RetryHandler Signing(AWSCredentials credentials, RegionEndpoint region, string service, TimeProvider time)
    {
        var transport = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(3) };
        return new RetryHandler(new SigV4SigningHandler(credentials, region, service, transport), time, Random.Shared.NextDouble);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var last = attempt == Attempts;
            if (await TryAsync(request, last, cancellationToken) is { } answer) return answer;
            var ceiling = FirstWait * Math.Pow(2, attempt - 1);
            await Task.Delay((ceiling < LongestWait ? ceiling : LongestWait) * jitter(), time, cancellationToken);
        }
    }

    /// <returns>Null to try again; the last attempt answers or throws.</returns>
    private async Task<HttpResponseMessage?> TryAsync(HttpRequestMessage request, bool last, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using var attempt = await CopyAsync(request, cancellation);
            var answer = await base.SendAsync(attempt, either.Token);
            await answer.Content.LoadIntoBufferAsync(either.Token);
            if (last || !await IsTemporaryAsync(answer, cancellation)) return answer;
            answer.Dispose();
            return null;
        }
        catch (HttpRequestException) when (!last)
        {
            return null;
        }
        catch (OperationCanceledException slow) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return last ? throw new TimeoutException("AWS did not answer in time.", slow) : null;
        }
    }

    private static async Task<bool> IsTemporaryAsync(HttpResponseMessage answer, CancellationToken cancellation) =>
        answer.StatusCode != HttpStatusCode.OK
        && ErrorClassifier.IsThrottlingOrOutage(AwsErrorBody.Code(await answer.Content.ReadAsByteArrayAsync(cancellation)), answer.StatusCode);

    /// <summary>Signing adds headers to a request, so that one cannot be sent twice.</summary>
    private static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var (name, values) in request.Headers) copy.Headers.TryAddWithoutValidation(name, values);
        if (request.Content is { } content)
        {
            copy.Content = new ByteArrayContent(await content.ReadAsByteArrayAsync(cancellation));
            foreach (var (name, values) in content.Headers) copy.Content.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }
}
