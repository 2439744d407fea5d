using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>
/// Reads the properties of a CloudFormation resource or of a request, and remembers which: whatever was neither read nor declared to be without local
/// effect is refused by <see cref="RefuseOthers"/>, so that nothing is ignored silently.
/// </summary>
/// <param name="owner">What the properties belong to, as errors name it.</param>
/// <param name="errorCode">The code of the errors.</param>
public sealed class PropertyReader(string owner, JsonObject properties, string errorCode = "ValidationError")
{
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly List<PropertyReader> children = [];

    public static PropertyReader Of(ResourceDefinition resource) =>
        new($"{resource.LogicalId} ({resource.Type}) of stack {resource.StackName}", resource.Properties);

    /// <summary>The names that are given, for maps whose keys are anybody's.</summary>
    public IReadOnlyList<string> Names => properties.Select(property => property.Key).ToList();

    /// <summary>A value as it stands, of any shape; all of it counts as read.</summary>
    public JsonNode? GetNode(string name)
    {
        known.Add(name);
        return properties[name];
    }

    public string? GetString(string name) => GetNode(name) switch
    {
        null => null,
        JsonValue value => Text(value),
        _ => throw Invalid(name, "a string"),
    };

    public string GetRequiredString(string name) => GetString(name) ?? throw Missing(name);

    public int? GetInteger(string name) => GetString(name) is not { } text
        ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Invalid(name, "a whole number");

    /// <exception cref="AwsError">The number is not within the limits.</exception>
    public int? GetInteger(string name, int minimum, int maximum) => GetInteger(name) is not { } number
        ? null
        : number >= minimum && number <= maximum ? number : throw Invalid(name, $"between {minimum} and {maximum}");

    public bool? GetBoolean(string name) => GetString(name) switch
    {
        null => null,
        "true" or "True" => true,
        "false" or "False" => false,
        _ => throw Invalid(name, "true or false"),
    };

    public PropertyReader? GetObject(string name) => GetNode(name) switch
    {
        null => null,
        JsonObject inner => Child(name, inner),
        _ => throw Invalid(name, "an object"),
    };

    public PropertyReader GetRequiredObject(string name) => GetObject(name) ?? throw Missing(name);

    public IReadOnlyList<PropertyReader> GetObjects(string name) => Items(name)
        .Select((item, index) => item is JsonObject inner ? Child($"{name}[{index}]", inner) : throw Invalid(name, "a list of objects"))
        .ToList();

    public IReadOnlyList<string> GetStrings(string name) => Items(name)
        .Select(item => item is JsonValue value ? Text(value) : throw Invalid(name, "a list of strings"))
        .ToList();

    /// <summary>A JSON document that may be given as an object or as its text.</summary>
    public JsonObject? GetDocument(string name)
    {
        switch (GetNode(name))
        {
            case null: return null;
            case JsonObject inner: return inner;
            case JsonValue value:
                try
                {
                    if (JsonNode.Parse(Text(value)) is JsonObject parsed) return parsed;
                }
                catch (JsonException)
                {
                    // Refused below.
                }

                break;
        }

        throw Invalid(name, "a JSON object");
    }

    /// <summary>Accepts properties that have nothing to act on locally, such as tags and encryption keys.</summary>
    public void WithoutLocalEffect(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) known.Add(name);
    }

    /// <exception cref="AwsError">A property was neither read nor accepted.</exception>
    public void RefuseOthers()
    {
        foreach (var (name, _) in properties)
            if (!known.Contains(name)) throw new AwsError(errorCode, $"{owner}: the local cloud does not know the property {name}.");
        foreach (var child in children) child.RefuseOthers();
    }

    public AwsError Invalid(string name, string expected) => new(errorCode, $"{owner}: {name} must be {expected}.");

    private AwsError Missing(string name) => new(errorCode, $"{owner}: {name} is required.");

    private JsonArray Items(string name) => GetNode(name) switch
    {
        null => [],
        JsonArray items => items,
        _ => throw Invalid(name, "a list"),
    };

    private PropertyReader Child(string name, JsonObject inner)
    {
        var child = new PropertyReader($"{owner}, {name}", inner, errorCode);
        children.Add(child);
        return child;
    }

    private static string Text(JsonValue value) => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
}
