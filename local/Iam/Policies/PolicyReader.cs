using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Iam.Policies;

/// <summary>Reads policies. Whatever would not be evaluated as AWS does is refused by name.</summary>
internal static class PolicyReader
{
    private const string Malformed = "MalformedPolicyDocument";

    /// <param name="ofResource">Its statements name principals, which those of an identity policy never do.</param>
    public static IReadOnlyList<PolicyStatement> Read(string name, JsonObject document, bool ofResource = false)
    {
        var policy = new PropertyReader($"Policy {name}", document, Malformed);
        policy.WithoutLocalEffect("Id");
        if (policy.GetString("Version") is not (null or "2012-10-17" or "2008-10-17")) throw policy.Invalid("Version", "2012-10-17");
        List<PolicyStatement> statements = [.. Items(policy.GetNode("Statement")).Select((node, index) => Statement($"Policy {name}, statement {index + 1}", node, ofResource))];
        policy.RefuseOthers();
        return statements;
    }

    private static PolicyStatement Statement(string owner, JsonNode? node, bool ofResource)
    {
        var statement = new PropertyReader(owner, node as JsonObject ?? throw new AwsError(Malformed, $"{owner} is not an object."), Malformed);
        statement.WithoutLocalEffect("Sid");
        var effect = statement.GetRequiredString("Effect") switch
        {
            "Allow" => Effect.Allow,
            "Deny" => Effect.Deny,
            _ => throw statement.Invalid("Effect", "Allow or Deny"),
        };
        var actions = Patterns(statement, "Action");
        if (actions.All.Any(action => action != "*" && !action.Contains(':'))) throw statement.Invalid("Action", "a service's prefix, a colon and an action");
        var resources = Patterns(statement, "Resource");
        if (resources.All.Any(resource => resource != "*" && !resource.StartsWith("arn:", StringComparison.Ordinal))) throw statement.Invalid("Resource", "an ARN or *");
        var conditions = Conditions(owner, statement.GetNode("Condition") as JsonObject ?? []);
        var principals = ofResource
            ? Principals.Read(statement.GetNode("Principal")) ?? throw statement.Invalid("Principal", "*, or roles, accounts and services")
            : null;
        statement.RefuseOthers();
        return new PolicyStatement(effect, actions, resources, conditions, principals);
    }

    private static Patterns Patterns(PropertyReader statement, string name)
    {
        var (listed, excluded) = (Texts(statement, name, statement.GetNode(name)), Texts(statement, name, statement.GetNode("Not" + name)));
        return (listed.Count > 0) != (excluded.Count > 0)
            ? new Patterns(listed.Count > 0 ? listed : excluded, excluded.Count > 0)
            : throw statement.Invalid(name, $"given, or Not{name} instead");
    }

    private static List<Condition> Conditions(string owner, JsonObject block)
    {
        List<Condition> conditions = [];
        foreach (var (name, keys) in block)
        {
            var reader = new PropertyReader($"{owner}, {name}", keys as JsonObject ?? [], Malformed);
            var parsed = ConditionOperator.Parse(name) ?? throw new AwsError(Malformed, $"{owner}: the local cloud does not know the condition operator {name}.");
            foreach (var key in reader.Names)
            {
                if (!ConditionKeys.IsKnown(key)) throw new AwsError(Malformed, $"{owner}: the local cloud does not know the condition key {key}.");
                if (ConditionKeys.HasManyValues(key) && parsed is { Quantifier: Quantifier.TheOnly, Comparison: not null })
                    throw new AwsError(Malformed, $"{owner}: {key} has many values; {name} needs ForAllValues or ForAnyValue.");
                conditions.Add(new Condition(parsed, key, Texts(reader, key, reader.GetNode(key))));
            }
        }

        return conditions;
    }

    private static List<string> Texts(PropertyReader owner, string name, JsonNode? node)
    {
        List<string> texts = [.. Items(node).Select(item => item is JsonValue ? item.ToString() : throw owner.Invalid(name, "text"))];
        return texts.Find(text => text.Contains("${", StringComparison.Ordinal)) is { } variable
            ? throw new AwsError(Malformed, $"The local cloud does not know policy variables: {variable}.")
            : texts;
    }

    private static JsonNode?[] Items(JsonNode? node) => node is null ? [] : node is JsonArray items ? [.. items] : [node];
}
