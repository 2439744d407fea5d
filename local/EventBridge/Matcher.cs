using System.Net;
using System.Text.Json;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>One member of a field's array in an event pattern.</summary>
internal sealed class Matcher
{
    private readonly Func<List<JsonElement>, bool> matches;

    private Matcher(Func<List<JsonElement>, bool> matches) => this.matches = matches;

    /// <param name="leaves">The field's scalar values; empty when the event does not have the field.</param>
    public bool Matches(List<JsonElement> leaves) => matches(leaves);

    public static Matcher Parse(JsonElement matcher, string path)
    {
        if (matcher.ValueKind == JsonValueKind.Array) throw EventPattern.Invalid(path, "nested arrays are not allowed");
        if (matcher.ValueKind != JsonValueKind.Object) return Any(Exactly(matcher));
        var (name, argument) = Only(matcher, path);
        return name switch
        {
            "exists" when argument.ValueKind is JsonValueKind.True or JsonValueKind.False => Exists(argument.GetBoolean()),
            "anything-but" => Any(AnythingBut(argument, path)),
            "numeric" => Any(NumericRange.Parse(argument, path)),
            _ => Any(TextMatcher(name, argument, path)),
        };
    }

    private static Matcher Any(Func<JsonElement, bool> test) => new(leaves => leaves.Exists(leaf => test(leaf)));

    private static Matcher Exists(bool wanted) => new(leaves => leaves.Count > 0 == wanted);

    private static Func<JsonElement, bool> AnythingBut(JsonElement argument, string path)
    {
        if (argument.ValueKind == JsonValueKind.Object)
        {
            var (name, excluded) = Only(argument, path);
            if (name is not ("prefix" or "suffix" or "wildcard" or "equals-ignore-case")) throw EventPattern.Invalid(path, $"anything-but does not know {name}");
            var tests = Several(excluded, path).ConvertAll(one => TextMatcher(name, one, path));
            return leaf => !tests.Exists(test => test(leaf));
        }

        var values = Several(argument, path);
        if (values.Exists(value => value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) || values.DistinctBy(value => value.ValueKind).Count() > 1)
            throw EventPattern.Invalid(path, "anything-but takes strings or numbers");
        var exact = values.ConvertAll(Exactly);
        return leaf => !exact.Exists(test => test(leaf));
    }

    private static Func<JsonElement, bool> TextMatcher(string name, JsonElement argument, string path)
    {
        var ignoreCase = false;
        if (name is "prefix" or "suffix" && argument.ValueKind == JsonValueKind.Object && Only(argument, path) is ("equals-ignore-case", var inner))
        {
            ignoreCase = true;
            argument = inner;
        }

        var text = argument.ValueKind == JsonValueKind.String ? argument.GetString()! : throw EventPattern.Invalid(path, $"{name} takes a string");
        var comparison = ignoreCase || name == "equals-ignore-case" ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        Func<string, bool> test = name switch
        {
            "prefix" => value => value.StartsWith(text, comparison),
            "suffix" => value => value.EndsWith(text, comparison),
            "equals-ignore-case" => value => value.Equals(text, comparison),
            "wildcard" => Wildcard.Parse(text, path).Matches,
            "cidr" => Cidr(text, path),
            _ => throw EventPattern.Invalid(path, $"unrecognized match type {name}"),
        };
        return leaf => leaf.ValueKind == JsonValueKind.String && test(leaf.GetString()!);
    }

    private static Func<string, bool> Cidr(string text, string path)
    {
        if (!IPNetwork.TryParse(text, out var network)) throw EventPattern.Invalid(path, $"{text} is not a range of addresses");
        return value => IPAddress.TryParse(value, out var address) && network.Contains(address);
    }

    /// <summary>Numbers are compared as they are written: 300 is not 300.0.</summary>
    private static Func<JsonElement, bool> Exactly(JsonElement expected) => leaf => leaf.ValueKind == expected.ValueKind
        && (leaf.ValueKind != JsonValueKind.String || leaf.GetString() == expected.GetString())
        && (leaf.ValueKind != JsonValueKind.Number || leaf.GetRawText() == expected.GetRawText());

    private static List<JsonElement> Several(JsonElement argument, string path) => argument.ValueKind != JsonValueKind.Array
        ? [argument]
        : argument.GetArrayLength() > 0 ? [.. argument.EnumerateArray()] : throw EventPattern.Invalid(path, "an empty array is not allowed");

    private static (string Name, JsonElement Argument) Only(JsonElement matcher, string path)
    {
        var members = matcher.EnumerateObject().ToList();
        return members.Count == 1 ? (members[0].Name, members[0].Value) : throw EventPattern.Invalid(path, "only one key is allowed in a match expression");
    }
}
