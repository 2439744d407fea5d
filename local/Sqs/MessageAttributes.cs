using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>Message attributes on the wire.</summary>
internal static class MessageAttributes
{
    public static Dictionary<string, MessageAttribute> Read(PropertyReader entry)
    {
        var result = new Dictionary<string, MessageAttribute>(StringComparer.Ordinal);
        if (entry.GetObject("MessageAttributes") is not { } given) return result;
        foreach (var name in given.Names)
        {
            var attribute = given.GetRequiredObject(name);
            var type = attribute.GetRequiredString("DataType");
            var value = type.Split('.')[0] switch
            {
                "String" or "Number" => attribute.GetString("StringValue"),
                "Binary" => attribute.GetString("BinaryValue"),
                _ => throw attribute.Invalid("DataType", "String, Number or Binary"),
            };
            if (string.IsNullOrEmpty(value)) throw attribute.Invalid("the value", "a non-empty value of its type");
            result.Add(name, new MessageAttribute(type, value));
        }

        return result;
    }

    /// <param name="names">Names, or prefixes that end in <c>.*</c>, or All.</param>
    public static void Write(JsonObject answer, StoredMessage message, IReadOnlyList<string> names)
    {
        var chosen = message.Attributes.Where(pair => names.Any(name => Matches(name, pair.Key))).ToDictionary(StringComparer.Ordinal);
        if (chosen.Count == 0) return;
        answer["MD5OfMessageAttributes"] = MessageRules.Md5(chosen);
        answer["MessageAttributes"] = new JsonObject(chosen.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)new JsonObject
        {
            ["DataType"] = pair.Value.DataType,
            [pair.Value.IsBinary ? "BinaryValue" : "StringValue"] = pair.Value.Value,
        })));
    }

    private static bool Matches(string pattern, string name) =>
        pattern == "All" || pattern == name || (pattern.EndsWith(".*", StringComparison.Ordinal) && name.StartsWith(pattern[..^2], StringComparison.Ordinal));
}
