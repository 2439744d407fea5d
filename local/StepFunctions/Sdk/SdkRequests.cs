using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Sdk;

/// <param name="Target">Path and query.</param>
internal sealed record SdkRequest(HttpMethod Method, string Target, HttpContent? Content, IReadOnlyList<(string Name, string Value)> Headers);

/// <summary>Writes requests in each family of protocols.</summary>
internal static class SdkRequests
{
    private static readonly XNamespace S3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    /// <param name="members">By the names of the wire.</param>
    public static SdkRequest Of(SdkOperation operation, JObject members) => operation.Service.Protocol switch
    {
        SdkProtocol.Json => new SdkRequest(HttpMethod.Post, "/", JsonContent(operation.Service, members), [("X-Amz-Target", $"{operation.Service.Target}.{Name(operation)}")]),
        SdkProtocol.Query => new SdkRequest(HttpMethod.Post, "/", new FormUrlEncodedContent(Form(operation, members)), []),
        _ => Rest(operation, members),
    };

    private static string Name(SdkOperation operation) => char.ToUpperInvariant(operation.Action[0]) + operation.Action[1..];

    private static StringContent JsonContent(SdkService service, JObject members) =>
        new(Json.Text(members), Encoding.UTF8, new MediaTypeHeaderValue(service.Protocol == SdkProtocol.Json ? $"application/x-amz-json-{service.JsonVersion}" : "application/json"));

    private static IEnumerable<KeyValuePair<string, string>> Form(SdkOperation operation, JObject members) =>
        Flat(operation.Service, "", "", members).Prepend(new("Version", operation.Service.Target)).Prepend(new("Action", Name(operation)));

    private static IEnumerable<KeyValuePair<string, string>> Flat(SdkService service, string place, string name, JToken value)
    {
        var prefix = place.Length == 0 ? "" : place + ".";
        return value switch
        {
            JObject members => members.Properties().SelectMany(member => Flat(service, prefix + member.Name, member.Name, member.Value)),
            JArray items => items.SelectMany((item, index) => Flat(service, $"{prefix}{service.Items.GetValueOrDefault(name, "member")}.{index + 1}", "", item)),
            _ => [new(place, Text(value))],
        };
    }

    private static SdkRequest Rest(SdkOperation operation, JObject members)
    {
        var parts = operation.Http.Split(' ', 2);
        var (target, body) = (parts[1], (JObject)members.DeepClone());
        foreach (var parameter in operation.Parameters)
        {
            if (members[parameter.Wire] is not { } value) continue;
            var (one, many) = ($"{{{parameter.Wire}}}", $"{{{parameter.Wire}*}}");
            if (parameter.Query is { } name) target += $"{(target.Contains('?') ? '&' : '?')}{name}={Uri.EscapeDataString(Text(value))}";
            else if (target.Contains(one, StringComparison.Ordinal)) target = target.Replace(one, Uri.EscapeDataString(Text(value)), StringComparison.Ordinal);
            else if (target.Contains(many, StringComparison.Ordinal)) target = target.Replace(many, string.Join('/', Text(value).Split('/').Select(Uri.EscapeDataString)), StringComparison.Ordinal);
            else continue;
            body.Remove(parameter.Wire);
        }

        var content = body.Count == 0 ? null : operation.Service.Protocol == SdkProtocol.RestJson ? JsonContent(operation.Service, body) : XmlContent(operation.Service, body.Properties().First());
        return new SdkRequest(new HttpMethod(parts[0]), target, content, []);
    }

    private static StringContent XmlContent(SdkService service, JProperty body) =>
        new(Element(service, body.Name, body.Value).ToString(SaveOptions.DisableFormatting), Encoding.UTF8, new MediaTypeHeaderValue("application/xml"));

    private static XElement Element(SdkService service, string name, JToken value) => new(S3Namespace + name, value switch
    {
        JObject members => members.Properties().Select(member => Element(service, member.Name, member.Value)),
        JArray items => items.Select(item => Element(service, service.Items.GetValueOrDefault(name, "member"), item)),
        _ => (object)Text(value),
    });

    private static string Text(JToken value) => value.Type == JTokenType.String ? (string)value! : Json.Text(value);
}
