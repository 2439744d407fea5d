using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>Calls the cloud's own endpoint in the AWS JSON protocol, as a state machine's role.</summary>
internal sealed class AwsJsonClient(AwsHttpClient http)
{
    public async Task<JObject> CallAsync(HttpService service, string operation, JObject body, string roleArn, CancellationToken cancellation)
    {
        using var content = new StringContent(Json.Text(body), Encoding.UTF8, new MediaTypeHeaderValue($"application/x-amz-json-{service.JsonVersion}"));
        try
        {
            using var response = await http.SendAsync(service.SigningName, roleArn, HttpMethod.Post, "/", content, [("X-Amz-Target", $"{service.Target}.{operation}")], cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            var answer = text.Length == 0 ? [] : Json.Parse(text) as JObject ?? [];
            return response.IsSuccessStatusCode ? answer : throw Failure(service, answer, (int)response.StatusCode);
        }
        catch (Exception error) when (error is HttpRequestException or System.Text.Json.JsonException)
        {
            throw new StateFailure($"{service.ErrorPrefix}.SdkClientException", $"Unable to execute HTTP request: {error.Message}");
        }
    }

    private static StateFailure Failure(HttpService service, JObject answer, int status)
    {
        var type = (string?)answer["__type"] ?? "UnknownError";
        var message = (string?)answer["message"] ?? (string?)answer["Message"] ?? "";
        return ServiceFailure.Of(service.ErrorPrefix, service.Product, service.GeneralError, type[(type.LastIndexOf('#') + 1)..], status, message);
    }
}
