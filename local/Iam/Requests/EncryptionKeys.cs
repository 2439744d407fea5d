using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>
/// The customer keys that deployed stores are encrypted with at rest. Nothing here encrypts at rest, but whoever uses such a store on AWS needs
/// permissions on its key, through the store's service.
/// </summary>
public sealed class EncryptionKeys
{
    private readonly ConcurrentDictionary<string, string> keys = new(StringComparer.Ordinal);

    internal void Learn(DeployedResource resource)
    {
        if (KeyOf(resource.Type, resource.Properties) is { } key && key.StartsWith("arn:", StringComparison.Ordinal)) keys[resource.Arn] = key;
    }

    /// <summary>What using a store takes besides the permission on the store itself; nothing when it has no customer key.</summary>
    /// <param name="service">The store's service.</param>
    /// <param name="context">The encryption context that the service uses.</param>
    public IEnumerable<Access> For(string store, string service, (string Name, string Value) context, params IEnumerable<string> actions) =>
        keys.TryGetValue(store, out var key)
            ? actions.Select(action => new Access($"kms:{action}", key)
                .With("kms:ViaService", $"{service}.{CloudOptions.Region}.amazonaws.com")
                .With($"kms:EncryptionContext:{context.Name}", context.Value)
                .With("kms:EncryptionContextKeys", context.Name))
            : [];

    private static string? KeyOf(string type, JsonObject properties) => type switch
    {
        "AWS::DynamoDB::Table" => properties["SSESpecification"]?.Text("KMSMasterKeyId"),
        "AWS::S3::Bucket" => properties["BucketEncryption"]?["ServerSideEncryptionConfiguration"]?[0]?["ServerSideEncryptionByDefault"]?.Text("KMSMasterKeyID"),
        "AWS::SQS::Queue" => properties.Text("KmsMasterKeyId"),
        _ => null,
    };
}
