using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>A resource as it was created.</summary>
/// <param name="Ref">What <c>Ref</c> gives.</param>
/// <param name="Attributes">What <c>Fn::GetAtt</c> gives, by attribute name.</param>
/// <param name="Properties">Its properties, fully resolved.</param>
public sealed record DeployedResource(
    string Stack,
    string LogicalId,
    string Type,
    string Ref,
    IReadOnlyDictionary<string, string> Attributes,
    JsonObject Properties)
{
    /// <exception cref="KeyNotFoundException">The type has no ARN.</exception>
    public string Arn => Attributes["Arn"];
}

/// <summary>A stack as it was deployed.</summary>
public sealed record DeployedStack(string Name, IReadOnlyList<DeployedResource> Resources, IReadOnlyDictionary<string, string> Outputs)
{
    public DeployedResource Resource(string logicalId) =>
        Resources.FirstOrDefault(resource => resource.LogicalId == logicalId) ?? throw new KeyNotFoundException($"Stack {Name} has no resource {logicalId}.");
}
