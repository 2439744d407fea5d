using System.Text.Json.Nodes;

namespace ServerlessGdpr.Tests.Infra;

/// <summary>A cloud assembly: the templates and assets that one synthesis wrote.</summary>
public sealed class Assembly(string directory)
{
    public IReadOnlyList<string> Stacks { get; } =
        [.. Directory.EnumerateFiles(directory, "*.template.json").Select(file => Path.GetFileName(file)[..^".template.json".Length]).Order(StringComparer.Ordinal)];

    public Template Stateful => new(this, Read("ServerlessGdpr-Stateful"));

    public Template Workflow => new(this, Read("ServerlessGdpr-Workflow"));

    public Template Stack(string name) => new(this, Read(name));

    /// <summary>The directory that becomes the functions' zip.</summary>
    public string FunctionAsset { get; } = Directory.EnumerateDirectories(directory, "asset.*").Single();

    /// <summary>What an export stands for, as <see cref="Template.Text"/> says it.</summary>
    public string Imported(string export) =>
        (from stack in Stacks
         from output in Read(stack)["Outputs"]?.AsObject() ?? []
         where output.Value?["Export"]?["Name"]?.GetValue<string>() == export
         select new Template(this, Read(stack)).Text(output.Value["Value"])).Single();

    private JsonNode Read(string stack) => JsonNode.Parse(File.ReadAllText(Path.Combine(directory, $"{stack}.template.json")))!;
}
