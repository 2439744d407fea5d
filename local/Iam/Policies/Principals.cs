using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Iam.Policies;

/// <summary>Whom a statement of a resource's policy speaks about.</summary>
/// <param name="Named">Roles' ARNs, accounts, or <c>*</c>. Services are left out: no role is one.</param>
internal sealed record Principals(IReadOnlyList<string> Named)
{
    private static readonly string[] Account = [CloudOptions.Account, Arns.OfIam("root")];

    /// <returns>Null when it is neither <c>*</c> nor accounts, roles and services.</returns>
    public static Principals? Read(JsonNode? node)
    {
        if (node is JsonValue) return node.ToString() == "*" ? new Principals(["*"]) : null;
        if (node is not JsonObject { Count: > 0 } kinds || kinds.Any(kind => kind.Key is not ("AWS" or "Service"))) return null;
        List<string> named = [.. Items(kinds["AWS"]).Select(principal => principal?.ToString() ?? "")];
        return named.TrueForAll(IsRead) ? new Principals(named) : null;
    }

    /// <summary>Whether the role is among them, by itself or with all of its account.</summary>
    public bool Include(string roleArn) => IncludeByItself(roleArn) || Named.Any(Account.Contains);

    /// <summary>Whether a permission reaches the role: one for the account leaves it to the role's own policies.</summary>
    public bool IncludeByItself(string roleArn) => Named.Contains("*") || Named.Contains(roleArn);

    /// <summary>Sessions and users are no principals here.</summary>
    private static bool IsRead(string principal) => principal == "*" || Account.Contains(principal) || principal.StartsWith(Arns.OfIam("role/"), StringComparison.Ordinal);

    private static JsonNode?[] Items(JsonNode? node) => node is null ? [] : node is JsonArray items ? [.. items] : [node];
}
