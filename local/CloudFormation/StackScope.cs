using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>Everything that names in a template can stand for, while its stack is being deployed.</summary>
internal sealed class StackScope(string stack, Template template, IReadOnlyDictionary<string, JsonNode> parameters, Deployments deployments)
{
    private readonly Dictionary<string, CreatedResource> created = new(StringComparer.Ordinal);
    private readonly HashSet<string> evaluating = new(StringComparer.Ordinal);

    public void Add(string logicalId, CreatedResource resource) => created.Add(logicalId, resource);

    public bool IsResource(string name) => template.Resources.Any(resource => resource.LogicalId == name);

    public bool IsParameter(string name) => parameters.ContainsKey(name) || Pseudo(name) is not null || name == "AWS::NoValue";

    public JsonNode Ref(string name, string where) =>
        parameters.TryGetValue(name, out var parameter) ? parameter
        : Pseudo(name) is { } pseudo ? pseudo
        : created.TryGetValue(name, out var resource) ? resource.Ref
        : throw Error(where, $"{name} is neither a parameter nor a resource that exists.");

    public string Attribute(string logicalId, string attribute, string where)
    {
        if (!created.TryGetValue(logicalId, out var resource)) throw Error(where, $"the resource {logicalId} does not exist.");
        return resource.Attributes.TryGetValue(attribute, out var value) ? value : throw Error(where, $"the local cloud knows no attribute {attribute} of {logicalId}.");
    }

    public string Import(string export, string where) =>
        deployments.Exports.TryGetValue(export, out var value) ? value : throw Error(where, $"no stack exports {export}.");

    public JsonNode Map(string[] keys, string where) =>
        template.Mappings[keys[0]]?[keys[1]]?[keys[2]] ?? throw Error(where, $"no mapping {string.Join(", ", keys)}.");

    public bool Condition(string name, string where)
    {
        if (template.Conditions[name] is not { } condition) throw Error(where, $"no condition {name}.");
        if (!evaluating.Add(name)) throw Error(where, $"the condition {name} depends on itself.");
        try
        {
            return Evaluate(condition, where);
        }
        finally
        {
            evaluating.Remove(name);
        }
    }

    private bool Evaluate(JsonNode? node, string where)
    {
        if (node is not JsonObject { Count: 1 } function) throw Error(where, "a condition function is needed.");
        var (name, argument) = function.First();
        var arguments = argument as JsonArray ?? [];
        return name switch
        {
            "Condition" => Condition(argument!.ToString(), where),
            "Fn::Equals" when arguments.Count == 2 => AreEqual(arguments, new Resolver(where, this)),
            "Fn::Not" when arguments.Count == 1 => !Evaluate(arguments[0], where),
            "Fn::And" when arguments.Count > 0 => arguments.All(item => Evaluate(item, where)),
            "Fn::Or" when arguments.Count > 0 => arguments.Any(item => Evaluate(item, where)),
            _ => throw Error(where, $"the local cloud does not know the condition function {name} with {arguments.Count} arguments."),
        };
    }

    private static bool AreEqual(JsonArray both, Resolver resolver) => resolver.ResolveText(both[0]) == resolver.ResolveText(both[1]);

    private string? Pseudo(string name) => name switch
    {
        "AWS::AccountId" => CloudOptions.Account,
        "AWS::Region" => CloudOptions.Region,
        "AWS::Partition" => "aws",
        "AWS::URLSuffix" => "amazonaws.com",
        "AWS::StackName" => stack,
        "AWS::StackId" => Arns.Of("cloudformation", $"stack/{stack}/{PhysicalNames.Suffix(stack, "")}"),
        _ => null,
    };

    private static AwsError Error(string where, string message) => new("ValidationError", $"{where}: {message}");
}
