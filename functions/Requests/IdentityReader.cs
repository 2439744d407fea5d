using System.Text;
using System.Text.Json;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Reads <c>subject_identities</c>. Types that the data map does not know must be well formed too, and are then ignored.</summary>
public sealed class IdentityReader(DataMap dataMap)
{
    private const string Field = "subject_identities";

    /// <returns>The usable identities, normalised, each once; null where something about them was refused.</returns>
    public IReadOnlyList<Identity>? Read(DetailReader reader)
    {
        if (reader.RequiredArray(Field) is not { } array) return null;
        if (array.GetArrayLength() > Limits.Identities)
        {
            reader.Refuse(Reason.TooMany($"/{Field}", Limits.Identities));
            return null;
        }

        var before = reader.Reasons.Count;
        var identities = array.EnumerateArray().Select((element, index) => ReadOne(reader, element, $"/{Field}/{index}")).OfType<Identity>().Distinct().ToList();
        return reader.Reasons.Count > before ? null : identities;
    }

    private Identity? ReadOne(DetailReader reader, JsonElement element, string field)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            reader.Refuse(Reason.WrongType(field, "an object"));
            return null;
        }

        var type = ReadType(reader, element, $"{field}/identity_type");
        var format = ReadFormat(reader, element, $"{field}/identity_format");
        var value = ReadValue(reader, element, $"{field}/identity_value", format);
        if (type is null || format is null || value is null || !dataMap.IdentityTypes.TryGetValue(type, out var rules)) return null;

        return new(type, IdentityNormaliser.Normalise(value, format, rules), format);
    }

    private static string? ReadType(DetailReader reader, JsonElement identity, string field)
    {
        var type = reader.RequiredText(identity, "identity_type", field);
        if (type is not null && CheckText(type, field, Limits.IdentityTypeLength) is { } reason) reader.Refuse(reason);
        return type;
    }

    private static string? ReadFormat(DetailReader reader, JsonElement identity, string field)
    {
        var format = reader.RequiredText(identity, "identity_format", field);
        if (format is null || IdentityFormats.All.ContainsKey(format)) return format;
        reader.Refuse(Reason.UnknownValue(field, IdentityFormats.All.Keys));
        return null;
    }

    private static string? ReadValue(DetailReader reader, JsonElement identity, string field, string? format)
    {
        if (reader.RequiredText(identity, "identity_value", field) is not { } value) return null;
        if (CheckText(value, field, Limits.IdentityLength) is { } reason)
        {
            reader.Refuse(reason);
            return null;
        }

        if (format is null || IdentityFormats.All[format] is not { } digits || (value.Length == digits && value.All(char.IsAsciiHexDigit))) return value;
        reader.Refuse(Reason.NotHexadecimal(field, digits));
        return null;
    }

    private static Reason? CheckText(string text, string field, int most)
    {
        if (text.Any(char.IsControl)) return Reason.ControlCharacters(field);
        if (string.IsNullOrWhiteSpace(text)) return Reason.Empty(field);
        return text.EnumerateRunes().Count() > most ? Reason.TooLong(field, most) : null;
    }
}
