using System.Globalization;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>Calls the cloud's own endpoint as a state machine's role. The endpoint reads the credential scope and checks no signature.</summary>
internal sealed class AwsHttpClient(Func<Uri> endpoint, TimeProvider time) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <param name="signingName">The service, as the SigV4 scope names it.</param>
    /// <param name="target">Path and query, beginning with a slash.</param>
    /// <exception cref="HttpRequestException">The endpoint cannot be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(string signingName, string roleArn, HttpMethod method, string target, HttpContent? content, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellation)
    {
        // An address that is text keeps its escapes, as a key with slashes or spaces needs.
        using var request = new HttpRequestMessage(method, new Uri(endpoint().GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Content = content;
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Authorization", Authorization(signingName, roleArn));
        return await http.SendAsync(request, cancellation);
    }

    public void Dispose() => http.Dispose();

    private string Authorization(string signingName, string roleArn)
    {
        var day = time.GetUtcNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return $"AWS4-HMAC-SHA256 Credential={AccessKeys.Of(roleArn)}/{day}/{CloudOptions.Region}/{signingName}/aws4_request, SignedHeaders=host;x-amz-target, Signature={new string('0', 64)}";
    }
}
