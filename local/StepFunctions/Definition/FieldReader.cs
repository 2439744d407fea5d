using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Definition;

/// <summary>Reads the fields of one object of a definition; a field that nobody asked for is a problem.</summary>
internal sealed class FieldReader(JObject fields, string where, Problems problems)
{
    private readonly HashSet<string> known = new(["Comment"], StringComparer.Ordinal);

    public string Where { get; } = where;

    public Problems Problems { get; } = problems;

    public bool Has(string name) => Raw(name) is not null;

    public JToken? Raw(string name)
    {
        known.Add(name);
        return fields[name];
    }

    public string? Text(string name)
    {
        var value = Raw(name);
        if (value is null || value.Type == JTokenType.String) return (string?)value;
        Wrong(name, "STRING");
        return null;
    }

    public string RequiredText(string name)
    {
        if (Has(name)) return Text(name) ?? "";
        Missing(name);
        return "";
    }

    public bool? Flag(string name)
    {
        var value = Raw(name);
        if (value is null || value.Type == JTokenType.Boolean) return (bool?)value;
        Wrong(name, "BOOLEAN");
        return null;
    }

    public double? Number(string name, double least, double most, bool integer = false)
    {
        var value = Raw(name);
        if (value is null) return null;
        if (value.Type != JTokenType.Integer && (integer || value.Type != JTokenType.Float)) Wrong(name, integer ? "INTEGER" : "NUMBER");
        else if ((double)value < least || (double)value > most) Problem($"The value for the field '{name}' must be between {least} and {most}");
        else return (double)value;
        return null;
    }

    public long? Integer(string name, long least, long most) => (long?)Number(name, least, most, integer: true);

    /// <summary>A path; null only for an explicit null, which <paramref name="nullable"/> allows.</summary>
    public JsonPath? Path(string name, JsonPath? absent, bool reference = false, bool nullable = false)
    {
        var value = Raw(name);
        if (value is null) return absent;
        if (nullable && value.Type == JTokenType.Null) return null;
        if (value.Type != JTokenType.String) return Wrong(name, "STRING", absent);
        try
        {
            var path = JsonPath.Parse((string)value!);
            if (!reference || path.IsReference) return path;
            Problem($"The value for the field '{name}' must be a valid Reference Path");
        }
        catch (FormatException error)
        {
            Problem($"The value for the field '{name}' must be a valid JSONPath ({error.Message})");
        }

        return absent;
    }

    public NumberOrPath? NumberOrPath(string name, double least, double most, bool integer = true)
    {
        var path = Path(name + "Path", null, reference: true);
        var number = Number(name, least, most, integer);
        if (path is not null && number is not null) Problem($"Only one of '{name}' and '{name}Path' may be there");
        return path is null && number is null ? null : new NumberOrPath(name, number ?? 0, path);
    }

    public PayloadTemplate? Template(string name)
    {
        var value = Raw(name);
        if (value is null) return null;
        try
        {
            return PayloadTemplate.Parse(value);
        }
        catch (FormatException error)
        {
            Problem(error.Message);
            return null;
        }
    }

    public FieldReader? Child(string name)
    {
        var value = Raw(name);
        if (value is JObject child) return new FieldReader(child, $"{Where.TrimEnd('/')}/{name}", Problems);
        if (value is not null) Wrong(name, "OBJECT");
        return null;
    }

    public IEnumerable<FieldReader> Children(string name, bool required = false)
    {
        var value = Raw(name);
        if (value is null && required) Missing(name);
        else if (value is not null and not JArray || (required && value is JArray { Count: 0 })) Wrong(name, "non-empty ARRAY");
        if (value is not JArray items) yield break;
        for (var i = 0; i < items.Count; i++)
        {
            var place = $"{Where.TrimEnd('/')}/{name}[{i}]";
            if (items[i] is JObject item) yield return new FieldReader(item, place, Problems);
            else Problems.Schema("It must be an OBJECT", place);
        }
    }

    public void Missing(string name) => Problem($"These fields are required: [{name}]");

    public void Problem(string problem) => Problems.Schema(problem, Where);

    /// <summary>Refuses the field as one that exists on AWS but not here.</summary>
    public void Refuse(string name, string why)
    {
        if (Has(name)) Problem($"The field '{name}' is not supported by the local cloud: {why}");
    }

    public void RefuseTheRest()
    {
        foreach (var field in fields.Properties().Where(field => !known.Contains(field.Name))) Problem($"The field '{field.Name}' is not supported by Step Functions");
    }

    private JsonPath? Wrong(string name, string expected, JsonPath? answer = null)
    {
        Problem($"The value for the field '{name}' must be a {expected}");
        return answer;
    }
}
