using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.StepFunctions.Api;

/// <summary>The members of a request. One that an operation does not know is refused rather than ignored.</summary>
internal sealed class ApiRequest(JsonObject members)
{
    private const int DefaultPage = 100;
    private const int MaxPage = 1000;

    public void AllowOnly(string names)
    {
        var allowed = names.Split(' ');
        foreach (var member in members.Where(member => member.Value is not null && !allowed.Contains(member.Key)))
        {
            throw new AwsError("ValidationException", $"The local cloud does not support '{member.Key}' here.");
        }
    }

    public string Required(string name) =>
        Text(name) ?? throw new AwsError("ValidationException", $"1 validation error detected: Value at '{name}' failed to satisfy constraint: Member must not be null");

    public string? Text(string name) => Value<string>(name, JsonValueKind.String);

    public bool Flag(string name, bool absent) => members[name] is null ? absent : Value<bool>(name, JsonValueKind.True, JsonValueKind.False);

    public JsonNode? Node(string name) => members[name];

    public IReadOnlyDictionary<string, string> Tags(string name) => (members[name] as JsonArray ?? [])
        .ToDictionary(tag => (string)tag!["key"]!, tag => (string?)tag!["value"] ?? "", StringComparer.Ordinal);

    /// <summary>The page of <paramref name="all"/> that maxResults and nextToken ask for.</summary>
    /// <param name="key">What tells an item from the others: a page's token is its last item's key.</param>
    public JsonObject Page<T>(string member, IEnumerable<T> all, Func<T, string> key, Func<T, JsonNode> render)
    {
        var most = members["maxResults"] is null ? DefaultPage : Value<int>("maxResults", JsonValueKind.Number);
        if (most is < 0 or > MaxPage) throw new AwsError("ValidationException", $"1 validation error detected: Value '{most}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to {MaxPage}");
        if (Text("nextToken") is { } token)
        {
            var fromToken = all.SkipWhile(item => key(item) != token).ToArray();
            if (fromToken.Length == 0) throw new AwsError("InvalidToken", $"Invalid Token: '{token}'");
            all = fromToken.Skip(1);
        }

        var found = all.Take((most == 0 ? DefaultPage : most) + 1).ToArray();
        var page = found.Take(most == 0 ? DefaultPage : most).ToArray();
        var answer = new JsonObject { [member] = new JsonArray([.. page.Select(render)]) };
        if (found.Length > page.Length) answer["nextToken"] = key(page[^1]);
        return answer;
    }

    private T? Value<T>(string name, params JsonValueKind[] kinds)
    {
        if (members[name] is not { } node) return default;
        return kinds.Contains(node.GetValueKind()) ? node.GetValue<T>() : throw new AwsError("SerializationException", $"The member '{name}' has the wrong type.");
    }
}
