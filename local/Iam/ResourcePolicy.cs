using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Iam.Policies;

namespace ServerlessGdpr.Local.Iam;

/// <summary>A policy that is attached to a resource. One that cannot be evaluated in full is refused when it is made.</summary>
public sealed class ResourcePolicy(string resource, JsonObject document)
{
    internal IReadOnlyList<PolicyStatement> Statements { get; } = PolicyReader.Read($"of {resource}", document, ofResource: true);
}

/// <summary>The policies of one service's resources.</summary>
public interface IResourcePolicies
{
    /// <param name="resource">The ARN of the resource, or of a part of it, such as an index of a table.</param>
    /// <returns>Null when it has none.</returns>
    ResourcePolicy? Of(string resource);
}
