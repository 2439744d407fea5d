using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>Puts resources after those they refer to; otherwise they keep the template's order.</summary>
internal sealed class ResourceOrder
{
    private readonly string stack;
    private readonly StackScope scope;
    private readonly Dictionary<string, TemplateResource> resources;
    private readonly List<TemplateResource> ordered = [];
    private readonly HashSet<string> done = new(StringComparer.Ordinal);
    private readonly List<string> path = [];

    private ResourceOrder(string stack, IReadOnlyList<TemplateResource> resources, StackScope scope)
    {
        this.stack = stack;
        this.scope = scope;
        this.resources = resources.ToDictionary(resource => resource.LogicalId, StringComparer.Ordinal);
        foreach (var resource in resources) Visit(resource);
    }

    /// <exception cref="AwsError">Resources refer to each other in a circle, or to something that does not exist.</exception>
    public static IReadOnlyList<TemplateResource> Of(string stack, IReadOnlyList<TemplateResource> resources, StackScope scope) =>
        new ResourceOrder(stack, resources, scope).ordered;

    private void Visit(TemplateResource resource)
    {
        if (done.Contains(resource.LogicalId)) return;
        if (path.IndexOf(resource.LogicalId) is var start and >= 0)
            throw new AwsError("ValidationError", $"Stack {stack}: circular dependency between resources: {string.Join(" -> ", path.Skip(start).Append(resource.LogicalId))}.");

        path.Add(resource.LogicalId);
        foreach (var name in resource.DependsOn.Concat(References(resource, resource.Properties)))
        {
            if (resources.TryGetValue(name, out var dependency)) Visit(dependency);
            else if (!scope.IsParameter(name) && !scope.IsResource(name)) throw new AwsError("ValidationError", $"{Where(resource)}: unresolved dependency {name}.");
        }

        path.RemoveAt(path.Count - 1);
        done.Add(resource.LogicalId);
        ordered.Add(resource);
    }

    private IEnumerable<string> References(TemplateResource resource, JsonNode? node) => node switch
    {
        JsonObject function when Intrinsics.Find(function) is { } call => References(resource, call.Name, call.Argument),
        JsonObject members => members.SelectMany(member => References(resource, member.Value)),
        JsonArray items => items.SelectMany(item => References(resource, item)),
        _ => [],
    };

    private IEnumerable<string> References(TemplateResource resource, string function, JsonNode? argument) => function switch
    {
        "Ref" => [argument!.ToString()],
        "Fn::GetAtt" when Intrinsics.Attribute(argument) is { } attribute => [attribute.Resource],
        "Fn::Sub" when Intrinsics.Substitution(argument) is { } substitution => Substituted(substitution.Template, substitution.Variables).Concat(References(resource, substitution.Variables)),
        "Fn::If" when argument is JsonArray { Count: 3 } branches => References(resource, branches[scope.Condition(branches[0]!.ToString(), Where(resource)) ? 1 : 2]),
        _ => References(resource, argument),
    };

    private static IEnumerable<string> Substituted(string template, JsonObject? variables) => Intrinsics.Placeholder().Matches(template)
        .Select(match => match.Groups["name"].Value.Trim())
        .Where(name => !name.StartsWith('!') && variables?.ContainsKey(name) != true)
        .Select(name => name.Split('.')[0]);

    private string Where(TemplateResource resource) => $"Stack {stack}, resource {resource.LogicalId}";
}
