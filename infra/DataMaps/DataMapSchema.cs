using System.Text.Json;
using NJsonSchema;
using NJsonSchema.Validation;

namespace ServerlessGdpr.Infra.DataMaps;

/// <summary>datastores.schema.json. An entry is checked against its own kind's definition: a failed <c>oneOf</c> would only say that nothing fits.</summary>
internal sealed class DataMapSchema
{
    private readonly JsonSchema schema;

    private DataMapSchema(JsonSchema schema) => this.schema = schema;

    public static DataMapSchema Load() =>
        new(JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "datastores.schema.json")).GetAwaiter().GetResult());

    /// <summary>The faults, each naming the entry and the property.</summary>
    public IReadOnlyList<string> Validate(string text)
    {
        using var json = JsonDocument.Parse(text);
        var errors = schema.Validate(text).SelectMany(Leaves).Where(error => !IsAboutAnEntry(error)).Select(Say).ToList();
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("datastores", out var datastores) ||
            datastores.ValueKind != JsonValueKind.Array) return errors;

        errors.AddRange(datastores.EnumerateArray().SelectMany(ValidateEntry));
        return errors;
    }

    private IEnumerable<string> ValidateEntry(JsonElement entry, int index)
    {
        var name = Text(entry, "name");
        var kind = Text(entry, "kind");
        var definition = kind is not null && schema.Definitions.TryGetValue(kind, out var found) ? found : null;
        var general = schema.Properties["datastores"].Item!.Properties;
        if (definition is null || !general["kind"].ActualSchema.Enumeration.Contains(kind))
            return [$"{EntryName.Of(index, name)}: kind must be one of {string.Join(", ", general["kind"].ActualSchema.Enumeration)}"];

        var errors = definition.Validate(entry.GetRawText()).SelectMany(Leaves).Select(error => $"{EntryName.Of(index, name)}: {Say(error)}");
        return name is null
            ? errors
            : errors.Concat(general["name"].ActualSchema.Validate(JsonSerializer.Serialize(name))
                .Select(_ => $"{EntryName.Of(index, name)}: name must match {general["name"].ActualSchema.Pattern}"));
    }

    /// <summary>An item of an array that is not valid holds the reasons why.</summary>
    private static IEnumerable<ValidationError> Leaves(ValidationError error) =>
        error is ChildSchemaValidationError parent ? parent.Errors.Values.SelectMany(errors => errors).SelectMany(Leaves) : [error];

    private static bool IsAboutAnEntry(ValidationError error) => error.Path?.StartsWith("#/datastores[", StringComparison.Ordinal) == true;

    private static string? Text(JsonElement entry, string property) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string Say(ValidationError error)
    {
        var at = error.Path?.TrimStart('#', '/') is { Length: > 0 } path ? path : "the file";
        return error.Kind switch
        {
            ValidationErrorKind.PropertyRequired => $"{at} is missing",
            ValidationErrorKind.NoAdditionalPropertiesAllowed => $"{at} is unknown",
            ValidationErrorKind.PatternMismatch => $"{at} must match {error.Schema.Pattern}",
            ValidationErrorKind.NotInEnumeration => $"{at} must be one of {string.Join(", ", error.Schema.Enumeration)}",
            ValidationErrorKind.TooFewItems => $"{at} must not be empty",
            ValidationErrorKind.NumberTooSmall => $"{at} must be at least {error.Schema.Minimum}",
            ValidationErrorKind.NumberTooBig => $"{at} must be at most {error.Schema.Maximum}",
            _ => $"{at} is wrong ({error.Kind})",
        };
    }
}
