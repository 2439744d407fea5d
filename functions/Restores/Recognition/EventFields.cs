using System.Text.Json;

namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>
/// Reads AWS's events as they come: a field may be missing, null, of another type, or spelt in another case (CloudTrail writes <c>dBInstanceArn</c> where RDS
/// says <c>DBInstanceArn</c>). None of that is an error.
/// </summary>
internal readonly struct EventFields(JsonElement? element)
{
    public EventFields this[string name] => new(Find(name));

    public bool Exists => element is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    /// <summary>The text of a field; null when it is missing, empty or no text.</summary>
    public string? Text(string name)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.String } value) return null;
        try
        {
            return value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text.
            return null;
        }
    }

    public bool Flag(string name) =>
        Find(name) is { ValueKind: JsonValueKind.True } || string.Equals(Text(name), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The instant of a field; null when it is missing or says no instant.</summary>
    public DateTimeOffset? Instant(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Number } number => number.TryGetDecimal(out var epoch) ? EventInstant.OfEpoch(epoch) : null,
        { ValueKind: JsonValueKind.String } => Text(name) is { } text ? EventInstant.Parse(text) : null,
        _ => null,
    };

    private JsonElement? Find(string name)
    {
        if (element is not { ValueKind: JsonValueKind.Object } parent) return null;
        if (parent.TryGetProperty(name, out var exact)) return exact;
        foreach (var property in parent.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase)) return property.Value;
        }

        return null;
    }
}
