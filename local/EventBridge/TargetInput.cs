using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>What a rule's target gets: the event, a part of it, a constant, or a template filled from it.</summary>
internal sealed partial class TargetInput
{
    private const int MaximumVariables = 100;
    private readonly string? constant;
    private readonly EventPath? path;
    private readonly Dictionary<string, EventPath> variables = new(StringComparer.Ordinal);
    private readonly string? template;

    public TargetInput(PropertyReader target)
    {
        constant = target.GetString("Input");
        if (constant is not null && !IsJson(constant)) throw target.Invalid("Input", "JSON");
        path = target.GetString("InputPath") is { } given ? new EventPath(given) : null;
        if (target.GetObject("InputTransformer") is { } transformer)
        {
            template = transformer.GetRequiredString("InputTemplate");
            if (transformer.GetObject("InputPathsMap") is { } map)
            {
                if (map.Names.FirstOrDefault(IsReserved) is { } reserved) throw transformer.Invalid("InputPathsMap", $"without {reserved}, which EventBridge gives itself");
                foreach (var name in map.Names) variables.Add(name, new EventPath(map.GetRequiredString(name)));
                if (variables.Count > MaximumVariables) throw transformer.Invalid("InputPathsMap", $"of {MaximumVariables} variables at most");
            }

            if (Placeholder().Matches(template).Select(match => match.Groups["name"].Value).FirstOrDefault(name => !IsKnown(name)) is { } unknown)
                throw target.Invalid("InputTransformer", $"a template whose variables are in InputPathsMap; <{unknown}> is not");
        }

        if (new object?[] { constant, path, template }.Count(choice => choice is not null) > 1)
            throw target.Invalid("the input", "one of Input, InputPath and InputTransformer");
    }

    public string For(BusEvent happened, RuleName rule, DateTimeOffset now)
    {
        if (constant is not null) return constant;
        if (path is not null) return path.Select(happened.Envelope) is { } part ? part.GetRawText() : "{}";
        return template is null ? happened.Text : Placeholder().Replace(template, match => Fill(match, happened, rule, now));
    }

    private static JsonElement WithoutDetail(JsonElement envelope)
    {
        var members = JsonObject.Create(envelope)!;
        members.Remove("detail");
        return JsonSerializer.SerializeToElement(members);
    }

    private bool IsKnown(string name) => variables.ContainsKey(name) || IsReserved(name);

    private static bool IsReserved(string name) => name is
        "aws.events.rule-arn" or "aws.events.rule-name" or "aws.events.event.ingestion-time" or "aws.events.event" or "aws.events.event.json";

    private string Fill(Match placeholder, BusEvent happened, RuleName rule, DateTimeOffset now)
    {
        var name = placeholder.Groups["name"].Value;
        var value = name switch
        {
            "aws.events.event.json" => happened.Envelope,
            "aws.events.event" => WithoutDetail(happened.Envelope),
            "aws.events.rule-arn" => JsonSerializer.SerializeToElement(rule.Arn),
            "aws.events.rule-name" => JsonSerializer.SerializeToElement(rule.Name),
            "aws.events.event.ingestion-time" => JsonSerializer.SerializeToElement(now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")),
            _ => variables[name].Select(happened.Envelope),
        };
        if (value is not { } found) return "";
        if (!IsQuoted(placeholder)) return found.GetRawText();

        // Inside a string of the template, a value stands without its own quotes.
        var text = found.ValueKind == JsonValueKind.String ? found.GetString()! : found.GetRawText();
        return TextJson.Quote(text)[1..^1];
    }

    /// <summary>Whether an odd number of unescaped quotes precedes the placeholder.</summary>
    private bool IsQuoted(Match placeholder)
    {
        var quoted = false;
        for (var i = 0; i < placeholder.Index; i++)
        {
            if (template![i] == '\\') i++;
            else if (template[i] == '"') quoted = !quoted;
        }

        return quoted;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex("<(?<name>[A-Za-z0-9_.-]+)>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
