using System.Globalization;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Sdk;

/// <summary>Turns a service's answers into what Step Functions gives, and attribute values back.</summary>
internal static class WireNames
{
    private static readonly Dictionary<string, string> AttributeTypes = new(StringComparer.Ordinal)
    {
        ["Ss"] = "SS",
        ["Ns"] = "NS",
        ["Bs"] = "BS",
        ["Bool"] = "BOOL",
        ["Nul"] = "NULL",
    };

    /// <summary>Members renamed, instants as text.</summary>
    public static JToken FromWire(SdkService service, JToken answer) => answer switch
    {
        JObject members => new JObject(members.Properties().Where(member => member.Value.Type != JTokenType.Null).Select(member => new JProperty(JavaNames.Member(member.Name), Value(service, member)))),
        JArray items => new JArray(items.Select(item => FromWire(service, item))),
        _ => answer.DeepClone(),
    };

    /// <summary>The values of DynamoDB's attributes are spelled by the SDK as well: <c>Bool</c> for <c>BOOL</c>.</summary>
    public static JToken AttributesToWire(JToken value) => value switch
    {
        JObject { Count: 1 } members when members.Properties().First() is var only && AttributeTypes.TryGetValue(only.Name, out var type) => new JObject { [type] = only.Value.DeepClone() },
        JObject members => new JObject(members.Properties().Select(member => new JProperty(member.Name, AttributesToWire(member.Value)))),
        JArray items => new JArray(items.Select(AttributesToWire)),
        _ => value.DeepClone(),
    };

    /// <summary>ISO 8601 as Java writes it: no fraction when there is none.</summary>
    public static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(instant.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static JToken Value(SdkService service, JProperty member)
    {
        if (service.Maps.Contains(member.Name)) return Map(service, member.Value);
        if (!service.Instants.Contains(member.Name)) return FromWire(service, member.Value);
        if (member.Value.Type is JTokenType.Integer or JTokenType.Float) return Instant(DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round((double)member.Value * 1000)));
        return Timestamps.TryParse(member.Value.Type == JTokenType.String ? (string)member.Value! : Json.Text(member.Value), out var instant) ? Instant(instant) : member.Value.DeepClone();
    }

    private static JToken Map(SdkService service, JToken map) => map switch
    {
        JObject entries => new JObject(entries.Properties().Select(entry => new JProperty(entry.Name, FromWire(service, entry.Value)))),
        JArray maps => new JArray(maps.Select(item => Map(service, item))),
        _ => map.DeepClone(),
    };
}
