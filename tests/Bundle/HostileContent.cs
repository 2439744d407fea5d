using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Access;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Tests.Bundle;

/// <summary>What someone may have put into a record in the hope that it does something on a page, and what is to be seen there.</summary>
internal static class HostileContent
{
    /// <summary>All that a page may consist of.</summary>
    public static readonly string[] Elements =
    [
        "a", "bdi", "body", "caption", "code", "dd", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4", "head", "header", "html", "li", "main", "meta", "nav", "p", "section", "span", "strong",
        "style", "table", "tbody", "td", "th", "thead", "time", "title", "tr", "ul",
    ];

    public static readonly string[] Attributes =
        ["aria-label", "aria-labelledby", "charset", "class", "content", "datetime", "href", "http-equiv", "id", "lang", "name", "role", "scope", "tabindex"];

    public static readonly (string Value, string Shown)[] Shown =
    [
        ("<script>window.ran = true</script>", "<script>window.ran = true</script>"),
        ("<img src=x onerror=\"window.ran = true\">", "<img src=x onerror=\"window.ran = true\">"),
        ("</bdi></td></table></main><script>ran=true</script>", "</bdi></td></table></main><script>ran=true</script>"),
        ("\" onmouseover=\"window.ran=true\" x=\"", "\" onmouseover=\"window.ran=true\" x=\""),
        ("' autofocus onfocus='ran=true", "' autofocus onfocus='ran=true"),
        ("javascript:window.ran=true", "javascript:window.ran=true"),
        ("<!-- <style> body { display: none }", "<!-- <style> body { display: none }"),
        ("&lt;b&gt; &amp;amp; &#0;", "&lt;b&gt; &amp;amp; &#0;"),
        ("{{constructor.constructor('ran=true')()}} ${ran=true}", "{{constructor.constructor('ran=true')()}} ${ran=true}"),
        ("invoice\u202Efdp.exe\u202C", "invoice\uFFFDfdp.exe\uFFFD"),
        ("\u2069\u2069\u202Eoverride", "\uFFFD\uFFFD\uFFFDoverride"),
        ("nul\0bell\u0007escape\u001B[31mdel\u007Fc1\u0085\u0080", "nul\uFFFDbell\uFFFDescape\uFFFD[31mdel\uFFFDc1\uFFFD\uFFFD"),
        ("lone \uD800 surrogate", "lone \uFFFD surrogate"),
        ("مرحبا abc 123", "مرحبا abc 123"),
        ("Zoë 😀 नमस्ते 日本", "Zoë 😀 नमस्ते 日本"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        (new string('x', 1999), new string('x', 1999)),
        ("٠" + new string('W', 3000), "(shortened here; the data has all of it)"),
    ];

    /// <summary>Each of them as a value, as a value in a list and in an object, as a field's name, and as a file's name; in tables and in lists of fields.</summary>
    public static ExportedSamples Exports() => new ExportedSamples()
        .Add("fields", Shown.Select(one => new ExportedRecord
        {
            Data = new JsonObject
            {
                ["plain"] = one.Value,
                ["list"] = new JsonArray(one.Value, new JsonArray(one.Value)),
                ["object"] = new JsonObject { [one.Value] = new JsonObject { ["deep"] = one.Value, [one.Value] = Deep(one.Value) } },
                ["table"] = new JsonArray(new JsonObject { [one.Value] = one.Value, ["other"] = one.Value }, new JsonObject { [one.Value] = null }),
                [$"named {one.Value}"] = true,
            },
            Redacted = [one.Value],
        }))
        .Add("rows", Shown.Select(one => new ExportedRecord { Data = new JsonObject { ["a"] = one.Value, ["<i>b</i>\"'"] = one.Value } }))
        .AddFiles("uploads", [.. Shown.Select(one => ExportedSamples.Text(one.Value, "content"))])
        .Add("empty", [ExportedSamples.Record("{}"), ExportedSamples.Record("""{"list":[],"object":{},"text":"","nothing":null,"lists":[[],[{}],[null]]}""")])
        .AddMissing("reasons", "closed", "<script>ran=true</script>\"'")
        .AddMissing("needs", Outcomes.Unreachable, null, "<b>", "\"'");

    private static JsonNode Deep(string value)
    {
        JsonNode node = value;
        for (var depth = 0; depth < 40; depth++) node = depth % 2 == 0 ? new JsonArray(node) : new JsonObject { ["next"] = node };
        return node;
    }
}
