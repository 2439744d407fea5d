using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>A synthesized CDK app: its stacks, each after those it depends on, and its file assets.</summary>
internal sealed class CloudAssembly
{
    private readonly JsonObject artifacts;

    public CloudAssembly(string directory)
    {
        Root = Path.GetFullPath(directory);
        var file = Path.Combine(Root, "manifest.json");
        if (!File.Exists(file)) throw new AwsError("ValidationError", $"{file} does not exist: synthesize the CDK app first.");
        artifacts = JsonNode.Parse(File.ReadAllText(file))?["artifacts"] as JsonObject ?? [];
        if (artifacts.FirstOrDefault(artifact => Type(artifact.Value) == "cdk:cloud-assembly").Key is { } nested)
            throw new AwsError("ValidationError", $"{nested}: the local cloud does not deploy nested assemblies (stages).");
        Stacks = InOrder().Select(Read).ToList();
    }

    public string Root { get; }

    public IReadOnlyList<StackArtifact> Stacks { get; }

    private static string? Type(JsonNode? artifact) => artifact?["type"]?.GetValue<string>();

    private List<string> InOrder()
    {
        List<string> ordered = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var (id, _) in artifacts) Visit(id);
        return ordered;

        void Visit(string id)
        {
            if (!seen.Add(id) || artifacts[id] is not { } artifact) return;
            foreach (var dependency in artifact["dependencies"] as JsonArray ?? []) Visit(dependency!.GetValue<string>());
            if (Type(artifact) == "aws:cloudformation:stack") ordered.Add(id);
        }
    }

    private StackArtifact Read(string id)
    {
        var properties = artifacts[id]!["properties"] as JsonObject ?? [];
        var parameters = (properties["parameters"] as JsonObject ?? []).ToDictionary(pair => pair.Key, pair => pair.Value!.ToString(), StringComparer.Ordinal);
        var template = Path.Combine(Root, properties["templateFile"]!.GetValue<string>());
        return new StackArtifact(properties["stackName"]?.GetValue<string>() ?? id, template, parameters, ReadAssets(id));
    }

    /// <summary>The files and folders behind the S3 keys in the template.</summary>
    private Dictionary<string, string> ReadAssets(string id)
    {
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        var manifests = (artifacts[id]!["dependencies"] as JsonArray ?? [])
            .Select(dependency => artifacts[dependency!.GetValue<string>()])
            .Where(artifact => Type(artifact) == "cdk:asset-manifest")
            .Select(artifact => artifact!["properties"]!["file"]!.GetValue<string>());
        foreach (var file in manifests)
        {
            var files = JsonNode.Parse(File.ReadAllText(Path.Combine(Root, file)))?["files"] as JsonObject ?? [];
            foreach (var (_, asset) in files)
            {
                if (asset!["source"]!["path"]?.GetValue<string>() is not { } path) continue;
                foreach (var (_, destination) in asset["destinations"] as JsonObject ?? [])
                    paths[destination!["objectKey"]!.GetValue<string>()] = path;
            }
        }

        return paths;
    }
}

/// <param name="Assets">Paths below the assembly, by the object key that the template gives.</param>
internal sealed record StackArtifact(
    string Name,
    string TemplateFile,
    IReadOnlyDictionary<string, string> Parameters,
    IReadOnlyDictionary<string, string> Assets);
