using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Locks;
using ServerlessGdpr.Local.S3.Xml;

namespace ServerlessGdpr.Local.S3;

/// <summary>AWS::S3::Bucket and AWS::S3::BucketPolicy.</summary>
public sealed class S3Resources(BucketStore buckets) : IResourceProvider
{
    private const int NameLimit = 63;

    public IReadOnlyCollection<string> ResourceTypes { get; } = ["AWS::S3::Bucket", "AWS::S3::BucketPolicy"];

    public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation) =>
        Task.FromResult(resource.Type is "AWS::S3::Bucket" ? CreateBucket(resource) : CreatePolicy(resource));

    private CreatedResource CreateBucket(ResourceDefinition resource)
    {
        string? versioning = null;
        BucketLock? lockConfiguration = null;
        var documents = new List<(string Subresource, XElement Document)>();
        var (name, withLock) = (NameOf(resource.PhysicalName), false);
        foreach (var (property, value) in resource.Properties)
        {
            var xml = new PropertyXml($"{resource.Type}.{property} ({resource.LogicalId})");
            switch (property)
            {
                case "BucketName": name = value!.GetValue<string>(); break;
                case "ObjectLockEnabled": withLock = PropertyXml.IsTrue(value); break;
                case "VersioningConfiguration": versioning = xml.Of("VersioningConfiguration", value).Text("Status"); break;
                case "ObjectLockConfiguration": lockConfiguration = BucketLock.Parse(xml.Of("ObjectLockConfiguration", value)); break;
                case "BucketEncryption": documents.Add(("encryption", xml.Encryption(value!))); break;
                case "PublicAccessBlockConfiguration": documents.Add(("publicAccessBlock", xml.Of(property, value))); break;
                case "OwnershipControls": documents.Add(("ownershipControls", xml.Of(property, value))); break;
                case "LifecycleConfiguration": documents.Add(("lifecycle", xml.Lifecycle(value!))); break;
                case "Tags": documents.Add(("tagging", PropertyXml.Tags(value!))); break;
                default: throw AwsError.NotImplemented("cloudformation", $"{resource.Type}.{property} ({resource.LogicalId})");
            }
        }

        var bucket = buckets.Create(name, withLock);
        if (versioning is not null) BucketOperations.SetVersioning(bucket, versioning);
        if (lockConfiguration is not null) LockOperations.Configure(bucket, lockConfiguration);
        foreach (var (subresource, document) in documents) BucketDocuments.Put(bucket, Kind(subresource), Encoding.UTF8.GetBytes(S3Xml.Write(document)));
        return new CreatedResource(name, Attributes(name));
    }

    private CreatedResource CreatePolicy(ResourceDefinition resource)
    {
        if (resource.Properties.FirstOrDefault(pair => pair.Key is not ("Bucket" or "PolicyDocument")).Key is { } extra)
            throw AwsError.NotImplemented("cloudformation", $"{resource.Type}.{extra} ({resource.LogicalId})");
        var bucket = buckets.Find(resource.Properties["Bucket"]!.GetValue<string>());
        BucketDocuments.Put(bucket, Kind("policy"), Encoding.UTF8.GetBytes(resource.Properties["PolicyDocument"]!.ToJsonString()));
        return new CreatedResource(bucket.Name, new Dictionary<string, string>(StringComparer.Ordinal));
    }

    private static BucketDocuments.Kind Kind(string subresource) => BucketDocuments.Kinds.Single(kind => kind.Subresource.Equals(subresource, StringComparison.Ordinal));

    private static Dictionary<string, string> Attributes(string name) => new(StringComparer.Ordinal)
    {
        ["Arn"] = $"arn:aws:s3:::{name}",
        ["DomainName"] = $"{name}.s3.amazonaws.com",
        ["RegionalDomainName"] = $"{name}.s3.{CloudOptions.Region}.amazonaws.com",
    };

    /// <summary>As CloudFormation does it: lower case, and cut in front of what makes it unique.</summary>
    private static string NameOf(string physicalName)
    {
        var name = physicalName.ToLowerInvariant();
        return name.Length <= NameLimit ? name : $"{name[..(NameLimit - 16)]}{name[^16..]}";
    }
}
