using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Logs;

/// <summary>AWS::Logs::LogGroup, and AWS::Logs::ResourcePolicy, which restricts nothing here.</summary>
public sealed class LogsProvider(LogStore store) : IResourceProvider
{
    public IReadOnlyCollection<string> ResourceTypes => ["AWS::Logs::LogGroup", "AWS::Logs::ResourcePolicy"];

    public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var properties = PropertyReader.Of(resource);
        return Task.FromResult(resource.Type == "AWS::Logs::LogGroup" ? CreateGroup(properties, resource.PhysicalName) : CreatePolicy(properties));
    }

    private CreatedResource CreateGroup(PropertyReader properties, string physicalName)
    {
        properties.WithoutLocalEffect("KmsKeyId", "Tags", "LogGroupClass", "DataProtectionPolicy");
        var name = properties.GetString("LogGroupName") ?? physicalName;
        var days = properties.GetInteger("RetentionInDays", 1, 3_653);
        properties.RefuseOthers();
        if (store.Find(name) is not null) throw new AwsError("ResourceAlreadyExistsException", $"Log group {name} already exists.");
        var group = store.GetOrAdd(name);
        group.Retention = days is { } given ? TimeSpan.FromDays(given) : null;
        return CreatedResource.Of(name, group.Arn);
    }

    private static CreatedResource CreatePolicy(PropertyReader properties)
    {
        properties.WithoutLocalEffect("PolicyDocument");
        var name = properties.GetRequiredString("PolicyName");
        properties.RefuseOthers();
        return new CreatedResource(name, new Dictionary<string, string>(StringComparer.Ordinal));
    }
}
