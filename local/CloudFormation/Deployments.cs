using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>What is deployed in the cloud.</summary>
public sealed class Deployments
{
    private readonly ConcurrentDictionary<string, DeployedStack> stacks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> exports = new(StringComparer.Ordinal);

    public IEnumerable<DeployedStack> Stacks => stacks.Values.OrderBy(stack => stack.Name, StringComparer.Ordinal);

    public IEnumerable<DeployedResource> Resources => Stacks.SelectMany(stack => stack.Resources);

    /// <summary>Outputs with an export name, by that name.</summary>
    public IReadOnlyDictionary<string, string> Exports => exports;

    public DeployedStack Stack(string name) => stacks.TryGetValue(name, out var stack) ? stack : throw new KeyNotFoundException($"No stack {name} is deployed.");

    public IEnumerable<DeployedResource> OfType(string type) => Resources.Where(resource => resource.Type == type);

    /// <summary>The one resource of a type whose logical id starts with a prefix: CDK appends a hash to the construct's path.</summary>
    public DeployedResource Only(string type, string logicalIdPrefix)
    {
        var found = OfType(type).Where(resource => resource.LogicalId.StartsWith(logicalIdPrefix, StringComparison.Ordinal)).ToList();
        return found.Count == 1 ? found[0] : throw new KeyNotFoundException($"{found.Count} resources of type {type} have a logical id that starts with {logicalIdPrefix}.");
    }

    internal bool Contains(string stack) => stacks.ContainsKey(stack);

    internal void Add(DeployedStack stack, IReadOnlyDictionary<string, string> exported)
    {
        foreach (var (name, value) in exported)
            if (!exports.TryAdd(name, value)) throw new AwsError("ValidationError", $"Stack {stack.Name}: the export {name} exists already.");
        stacks[stack.Name] = stack;
    }
}
