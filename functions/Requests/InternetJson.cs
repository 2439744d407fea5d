using System.Text.Json;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>What I-JSON (RFC 7493) forbids, because two readers could understand it differently: repeated names, broken text, numbers beyond a double.</summary>
public static class InternetJson
{
    /// <returns>The first fault below each top-level field, named only where the field is one of <paramref name="knownFields"/>; the same one once, however many fields have it.</returns>
    public static IEnumerable<Reason> Faults(JsonElement detail, IReadOnlySet<string> knownFields) => EachFault(detail, knownFields).Distinct();

    private static IEnumerable<Reason> EachFault(JsonElement detail, IReadOnlySet<string> knownFields)
    {
        if (NameFault(detail) is { } fault) yield return fault("");
        foreach (var field in detail.EnumerateObject())
        {
            if (NameOf(field) is { } name && Fault(field.Value) is { } inner) yield return inner(knownFields.Contains(name) ? $"/{name}" : "");
        }
    }

    private static Func<string, Reason>? Fault(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => TextOf(value) is null ? Reason.BrokenText : null,
        JsonValueKind.Number => double.IsFinite(value.GetDouble()) ? null : Reason.NumberOutOfRange,
        JsonValueKind.Array => value.EnumerateArray().Select(Fault).FirstOrDefault(fault => fault is not null),
        JsonValueKind.Object => NameFault(value) ?? value.EnumerateObject().Select(property => Fault(property.Value)).FirstOrDefault(fault => fault is not null),
        _ => null,
    };

    private static Func<string, Reason>? NameFault(JsonElement value)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            if (NameOf(property) is not { } name) return Reason.BrokenText;
            if (!seen.Add(name)) return Reason.DuplicateField;
        }

        return null;
    }

    // An escape such as \ud800 on its own is no text: reading it is the only way to know.
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
