using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb.Backups.Journal;

/// <summary>The primary key of an item.</summary>
/// <param name="Text">The same for every way to write the same key.</param>
/// <param name="Attributes">As requests give it.</param>
internal sealed record ItemKey(string Text, JsonObject Attributes)
{
    /// <param name="item">A whole item, or its key.</param>
    public static ItemKey Of(TableRecord table, JsonObject item)
    {
        var attributes = new JsonObject(table.Keys.Select(name => KeyValuePair.Create(name, item[name]?.DeepClone())));
        return new ItemKey(string.Join(',', attributes.Select(attribute => Canonical(attribute.Value))), attributes);
    }

    private static string Canonical(JsonNode? value) => value is JsonObject { Count: 1 } typed && typed["N"] is { } number
        ? $"N{Number(number.ToString())}"
        : value?.ToText() ?? "";

    /// <summary>1, 1.0 and 10e-1 are one key.</summary>
    private static string Number(string text)
    {
        var parts = text.Trim().Split('e', 'E');
        var exponent = parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        if (point >= 0) exponent -= parts[0].Length - point - 1;
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (digits.IsZero) return "0";
        while (digits % 10 == 0)
        {
            digits /= 10;
            exponent++;
        }

        return $"{digits}e{exponent}";
    }
}
