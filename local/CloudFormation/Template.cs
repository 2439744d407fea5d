using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>A CloudFormation template whose every section and resource attribute is one that the local cloud knows.</summary>
internal sealed class Template
{
    private const string BootstrapRule = "CheckBootstrapVersion";

    private static readonly HashSet<string> ResourceAttributes = new(StringComparer.Ordinal)
    {
        "Type", "Properties", "DependsOn", "Condition", "Metadata", "DeletionPolicy", "UpdateReplacePolicy",
    };

    public Template(string stack, JsonObject document)
    {
        var sections = new PropertyReader($"Stack {stack}", document);
        sections.WithoutLocalEffect("AWSTemplateFormatVersion", "Description", "Metadata");
        Parameters = Section(sections, "Parameters");
        Mappings = Section(sections, "Mappings");
        Conditions = Section(sections, "Conditions");
        Outputs = Section(sections, "Outputs");
        var rules = Section(sections, "Rules");
        if (rules.FirstOrDefault(rule => rule.Key != BootstrapRule).Key is { } rule)
            throw new AwsError("ValidationError", $"Stack {stack}: the local cloud does not check the rule {rule}.");

        var resources = Section(sections, "Resources");
        sections.RefuseOthers();
        Resources = resources
            .Select(pair => new TemplateResource(stack, pair.Key, pair.Value as JsonObject ?? throw new AwsError("ValidationError", $"Stack {stack}, resource {pair.Key} is not an object.")))
            .Where(resource => resource.Type != "AWS::CDK::Metadata")
            .ToList();
        foreach (var resource in Resources) resource.RefuseUnknown(ResourceAttributes);
    }

    public JsonObject Parameters { get; }

    public JsonObject Mappings { get; }

    public JsonObject Conditions { get; }

    public JsonObject Outputs { get; }

    public IReadOnlyList<TemplateResource> Resources { get; }

    private static JsonObject Section(PropertyReader sections, string name) => sections.GetNode(name) as JsonObject ?? [];
}

internal sealed class TemplateResource(string stack, string logicalId, JsonObject document)
{
    public string LogicalId { get; } = logicalId;

    public string Type { get; } = document[nameof(Type)]?.GetValue<string>() ?? throw new AwsError("ValidationError", $"Stack {stack}, resource {logicalId} has no Type.");

    public JsonObject Properties { get; } = document[nameof(Properties)] as JsonObject ?? [];

    public JsonObject? Metadata { get; } = document[nameof(Metadata)] as JsonObject;

    public string? Condition { get; } = document[nameof(Condition)]?.GetValue<string>();

    public IReadOnlyList<string> DependsOn { get; } = document[nameof(DependsOn)] switch
    {
        JsonArray several => several.Select(one => one!.GetValue<string>()).ToList(),
        JsonValue one => [one.GetValue<string>()],
        _ => [],
    };

    public void RefuseUnknown(HashSet<string> attributes)
    {
        foreach (var (name, _) in document)
            if (!attributes.Contains(name)) throw new AwsError("ValidationError", $"Stack {stack}, resource {LogicalId}: the local cloud does not know the resource attribute {name}.");
    }
}
