using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>Calls the cloud's own endpoint in the AWS JSON protocol, as a state machine's role. The endpoint reads the credential scope and checks no signature.</summary>
internal sealed class AwsJsonClient(Func<Uri> endpoint, TimeProvider time) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<JObject> CallAsync(HttpService service, string operation, JObject body, string roleArn, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint());
        request.Content = new StringContent(Json.Text(body), Encoding.UTF8, new MediaTypeHeaderValue($"application/x-amz-json-{service.JsonVersion}"));
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"{service.Target}.{operation}");
        request.Headers.TryAddWithoutValidation("Authorization", Authorization(service.SigningName, roleArn));
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            var answer = text.Length == 0 ? [] : Json.Parse(text) as JObject ?? [];
            return response.IsSuccessStatusCode ? answer : throw Failure(service, answer, (int)response.StatusCode);
        }
        catch (Exception error) when (error is HttpRequestException or System.Text.Json.JsonException)
        {
            throw new StateFailure($"{service.ErrorPrefix}.SdkClientException", $"Unable to execute HTTP request: {error.Message}");
        }
    }

    public void Dispose() => http.Dispose();

    private static StateFailure Failure(HttpService service, JObject answer, int status)
    {
        var type = (string?)answer["__type"] ?? "UnknownError";
        var message = (string?)answer["message"] ?? (string?)answer["Message"] ?? "";
        return ServiceFailure.Of(service.ErrorPrefix, service.Product, service.GeneralError, type[(type.LastIndexOf('#') + 1)..], status, message);
    }

    private string Authorization(string signingName, string roleArn)
    {
        var day = time.GetUtcNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return $"AWS4-HMAC-SHA256 Credential={AccessKeys.Of(roleArn)}/{day}/{CloudOptions.Region}/{signingName}/aws4_request, SignedHeaders=host;x-amz-target, Signature={new string('0', 64)}";
    }
}
