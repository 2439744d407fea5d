using System.Xml.Linq;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Integrations;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Sdk;

/// <summary>An AWS SDK integration: one call in the service's own protocol, names and errors as the SDK for Java has them.</summary>
internal sealed class SdkIntegration(SdkOperation operation, AwsHttpClient http, Chance chance) : IIntegration
{
    private static readonly string[] Attributes = ["Item", "Key", "ExpressionAttributeValues", "ExclusiveStartKey"];

    public string Service => "aws-sdk:" + operation.Service.Name;

    public string Action => operation.Action;

    public bool CanWaitForToken => true;

    public IReadOnlyCollection<string> Parameters { get; } = [.. operation.Parameters.Select(parameter => parameter.Name)];

    public IReadOnlyCollection<string> Required { get; } = [.. operation.Parameters.Where(parameter => parameter.Required).Select(parameter => parameter.Name)];

    public async Task<JToken> CallAsync(TaskCall call, CancellationToken cancellation)
    {
        if (call.Parameters is not JObject given) throw StateFailure.AtRuntime("The parameters of the task must be an object.");
        var request = SdkRequests.Of(operation, ToWire(given));
        using var content = request.Content;
        try
        {
            using var response = await http.SendAsync(operation.Service.SigningName, call.RoleArn, request.Method, request.Target, content, request.Headers, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode ? WireNames.FromWire(operation.Service, Read(text)) : throw Failure(response, text);
        }
        catch (Exception error) when (error is HttpRequestException or System.Text.Json.JsonException or System.Xml.XmlException)
        {
            throw new StateFailure($"{operation.Service.ErrorPrefix}.SdkClientException", $"Unable to execute HTTP request: {error.Message}");
        }
    }

    private JObject ToWire(JObject given)
    {
        var members = new JObject();
        foreach (var member in given.Properties())
        {
            // Only a path that computes the whole of Parameters can bring in a name that was not checked at creation.
            var parameter = operation.Parameters.FirstOrDefault(known => known.Name == member.Name)
                ?? throw StateFailure.AtRuntime($"The field '{member.Name}' is not supported by '{Service}:{Action}'.");
            members[parameter.Wire] = operation.Service == SdkServices.DynamoDb && Attributes.Contains(parameter.Wire) ? WireNames.AttributesToWire(member.Value) : member.Value.DeepClone();
        }

        return members;
    }

    private JObject Read(string text)
    {
        if (text.Length == 0) return [];
        if (operation.Service.Protocol is SdkProtocol.Json or SdkProtocol.RestJson) return Json.Parse(text) as JObject ?? [];
        var answer = XElement.Parse(text);
        if (operation.Service.Protocol == SdkProtocol.RestXml) return XmlAnswers.Members(operation.Service, answer);
        var result = answer.Elements().FirstOrDefault(element => element.Name.LocalName.EndsWith("Result", StringComparison.Ordinal));
        return result is null ? [] : XmlAnswers.Members(operation.Service, result);
    }

    private StateFailure Failure(HttpResponseMessage response, string text)
    {
        var (code, message) = text.StartsWith('<') ? XmlError(XElement.Parse(text)) : JsonError(response, text);
        var service = operation.Service;
        var name = service.Errors.Contains(code) ? JavaNames.Error(code) : service.ErrorPrefix + "Exception";
        var requestId = response.Headers.TryGetValues("x-amzn-RequestId", out var ids) ? ids.First() : chance.Uuid();
        return new StateFailure($"{service.ErrorPrefix}.{name}", $"{message} (Service: {service.ErrorPrefix}, Status Code: {(int)response.StatusCode}, Request ID: {requestId})");
    }

    private static (string Code, string Message) XmlError(XElement answer)
    {
        string Text(string name) => answer.DescendantsAndSelf().FirstOrDefault(element => element.Name.LocalName == name)?.Value ?? "";
        return (Text("Code"), Text("Message"));
    }

    private static (string Code, string Message) JsonError(HttpResponseMessage response, string text)
    {
        var answer = text.Length == 0 ? [] : Json.Parse(text) as JObject ?? [];
        var type = (string?)answer["__type"] ?? (response.Headers.TryGetValues("x-amzn-ErrorType", out var types) ? types.First() : "");
        return (type[(type.LastIndexOf('#') + 1)..].Split(':')[0], (string?)answer["message"] ?? (string?)answer["Message"] ?? "");
    }
}
