using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>Creates resources of a deployed CloudFormation template in one service.</summary>
public interface IResourceProvider
{
    /// <summary>The CloudFormation types it creates, for example <c>AWS::SQS::Queue</c>.</summary>
    IReadOnlyCollection<string> ResourceTypes { get; }

    /// <summary>Creates one resource whose properties are fully resolved. A property it does not understand is refused with <see cref="AwsError"/>, not ignored.</summary>
    Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation);
}

/// <param name="PhysicalName">A generated name (stack, logical id, suffix), to be used when the properties give none.</param>
/// <param name="Metadata">The template's Metadata section of the resource, such as <c>aws:asset:path</c>.</param>
/// <param name="AssetDirectory">The folder that relative asset paths in <paramref name="Metadata"/> start from.</param>
public sealed record ResourceDefinition(
    string Type,
    string LogicalId,
    string StackName,
    string PhysicalName,
    JsonObject Properties,
    JsonObject? Metadata,
    string AssetDirectory);

/// <param name="Ref">What <c>Ref</c> gives.</param>
/// <param name="Attributes">What <c>Fn::GetAtt</c> gives, by attribute name.</param>
public sealed record CreatedResource(string Ref, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>A resource whose only attribute is its ARN.</summary>
    public static CreatedResource Of(string reference, string arn) => new(reference, new Dictionary<string, string> { ["Arn"] = arn });
}
