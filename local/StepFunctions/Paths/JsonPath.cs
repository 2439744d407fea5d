using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <summary>A JSONPath into a state's input, or, when it begins with <c>$$</c>, into the context object.</summary>
internal sealed class JsonPath
{
    /// <summary>What the reader of queries takes otherwise: <c>!=</c> leaves out nodes without the member, a pattern need not match the whole.</summary>
    private static readonly string[] Unlike = ["!=", "=~"];

    private readonly IReadOnlyList<PathStep> steps;
    private readonly string query;

    private JsonPath(string text)
    {
        Text = text;
        IsContext = text.StartsWith("$$", StringComparison.Ordinal);
        query = IsContext ? text[1..] : text;
        (steps, IsReference) = PathSteps.Parse(query);
        if (!IsReference) CheckQuery();
    }

    public static JsonPath Root { get; } = new("$");

    public string Text { get; }

    public bool IsContext { get; }

    /// <summary>It leads to one node at most: a reference path in the words of the States Language.</summary>
    public bool IsReference { get; }

    /// <exception cref="FormatException">The text is no JSONPath.</exception>
    public static JsonPath Parse(string text) => text == "$" ? Root : new JsonPath(text);

    /// <summary>The node, null when the path leads nowhere; or an array of all nodes, perhaps of none, when the path may select many.</summary>
    public JToken? Find(EvaluationScope scope)
    {
        var root = RootOf(scope);
        var node = Follow(root, steps.Count);
        if (IsReference) return node;
        return node is JContainer ? new JArray(root.SelectTokens(query).Select(found => found.DeepClone())) : new JArray();
    }

    /// <summary>The node or nodes, for the fields whose failure is worded this way; the steps before the first that selects many must lead somewhere.</summary>
    public JToken Get(EvaluationScope scope) =>
        Follow(RootOf(scope), steps.Count) is not null ? Find(scope)! : throw StateFailure.AtRuntime($"Invalid path '{Text}' : {WhatIsMissing(RootOf(scope))}");

    /// <summary>A copy of <paramref name="document"/> with <paramref name="value"/> in it at this reference path; members on the way are created.</summary>
    public JToken Put(JToken document, JToken value)
    {
        if (steps.Count == 0) return value;
        var copy = document.DeepClone();
        var node = copy;
        for (var i = 0; i < steps.Count; i++)
        {
            var last = i == steps.Count - 1;
            if (steps[i].Name is { } name && node is JObject members)
            {
                if (last) members[name] = value.DeepClone();
                else if (members[name] is not JContainer) members[name] = new JObject();
                node = members[name]!;
            }
            else if (steps[i].Name is null && node is JArray items && steps[i].Index >= 0 && steps[i].Index < items.Count)
            {
                if (last) items[steps[i].Index] = value.DeepClone();
                node = items[steps[i].Index];
            }
            else
            {
                throw StateFailure.ResultPath($"Unable to apply step \"{(steps[i].Name ?? steps[i].Index.ToString())}\" to input {Json.Text(document)}");
            }
        }

        return copy;
    }

    private JToken RootOf(EvaluationScope scope) => IsContext ? scope.Context : scope.Input;

    private JToken? Follow(JToken root, int count)
    {
        var node = root;
        for (var i = 0; i < count && node is not null; i++)
        {
            node = (node, steps[i]) switch
            {
                (JObject members, { Name: { } name }) => members[name],
                (JArray items, { Name: null, Index: var index }) => items.ElementAtOrDefault(index < 0 ? items.Count + index : index),
                _ => null,
            };
        }

        return node;
    }

    private string WhatIsMissing(JToken root)
    {
        var found = 0;
        while (found < steps.Count && Follow(root, found + 1) is not null) found++;
        var way = string.Concat(steps.Take(found + 1));
        return found < steps.Count - 1 ? $"Missing property in path ${way}" : $"No results for path: ${way}";
    }

    private void CheckQuery()
    {
        if (Unlike.FirstOrDefault(text => query.Contains(text, StringComparison.Ordinal)) is { } found) throw new FormatException($"the local cloud would not do with '{found}' what Step Functions does");
        if (query.Contains("&&", StringComparison.Ordinal) && query.Contains("||", StringComparison.Ordinal)) throw new FormatException("the local cloud would not group '&&' and '||' as Step Functions does");
        try
        {
            _ = new JObject().SelectTokens(query);
        }
        catch (JsonException error)
        {
            throw new FormatException(error.Message, error);
        }
    }
}
