using System.Text.Json;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Reads the fields of an event's detail and keeps a reason for each that is not what it should be. A null is an absent field.</summary>
public sealed class DetailReader(JsonElement detail)
{
    private readonly List<Reason> reasons = [];

    public IReadOnlyList<Reason> Reasons => reasons;

    public void Refuse(Reason reason) => reasons.Add(reason);

    public void Refuse(IEnumerable<Reason> more) => reasons.AddRange(more);

    public string? RequiredText(string name) => TextOf(Required(detail, name, $"/{name}"), $"/{name}");

    public string? RequiredText(JsonElement parent, string name, string field) => TextOf(Required(parent, name, field), field);

    public string? OptionalText(string name) => TextOf(Field(detail, name), $"/{name}");

    public JsonElement? RequiredArray(string name) => OfKind(Required(detail, name, $"/{name}"), JsonValueKind.Array, $"/{name}", "an array");

    public JsonElement? OptionalArray(string name) => OfKind(Field(detail, name), JsonValueKind.Array, $"/{name}", "an array");

    public JsonElement? OptionalObject(string name) => OfKind(Field(detail, name), JsonValueKind.Object, $"/{name}", "an object");

    public string? TextOf(JsonElement? value, string field) => OfKind(value, JsonValueKind.String, field, "a text")?.GetString();

    public bool Flag(JsonElement? parent, string name, string field)
    {
        if (parent is not { } element || Field(element, name) is not { } value) return false;
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Refuse(Reason.WrongType(field, "true or false"));
        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>A required UUID in its usual form; lower case from here on.</summary>
    public string? RequiredUuid(string name)
    {
        var text = RequiredText(name);
        if (text is null) return null;
        if (Guid.TryParseExact(text, "D", out var uuid)) return uuid.ToString();
        Refuse(Reason.Malformed($"/{name}", "a UUID"));
        return null;
    }

    public string? RequiredOneOf(string name, IReadOnlyCollection<string> known)
    {
        var text = RequiredText(name);
        if (text is null || known.Contains(text)) return text;
        Refuse(Reason.UnknownValue($"/{name}", known));
        return null;
    }

    private JsonElement? Required(JsonElement parent, string name, string field)
    {
        var value = Field(parent, name);
        if (value is null) Refuse(Reason.Missing(field));
        return value;
    }

    private static JsonElement? Field(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private JsonElement? OfKind(JsonElement? value, JsonValueKind kind, string field, string expected)
    {
        if (value is null || value.Value.ValueKind == kind) return value;
        Refuse(Reason.WrongType(field, expected));
        return null;
    }
}
