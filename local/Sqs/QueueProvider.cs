using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>AWS::SQS::Queue and AWS::SQS::QueuePolicy.</summary>
public sealed class QueueProvider(QueueStore queues, CloudAddress address) : IResourceProvider
{
    public IReadOnlyCollection<string> ResourceTypes => ["AWS::SQS::Queue", "AWS::SQS::QueuePolicy"];

    public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Task.FromResult(resource.Type == "AWS::SQS::Queue" ? CreateQueue(resource) : CreatePolicy(resource));
    }

    private CreatedResource CreateQueue(ResourceDefinition resource)
    {
        var properties = PropertyReader.Of(resource);
        properties.WithoutLocalEffect("Tags");
        var name = properties.GetString("QueueName") ?? resource.PhysicalName;
        var settings = QueueSettings.Read(properties);
        properties.RefuseOthers();
        var queue = queues.Create(name, settings);
        var url = $"{address.Endpoint.ToString().TrimEnd('/')}/{CloudOptions.Account}/{name}";
        return new CreatedResource(url, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = queue.Arn, ["QueueName"] = name, ["QueueUrl"] = url });
    }

    /// <summary>A policy restricts nothing here, but the queues it speaks of exist.</summary>
    private CreatedResource CreatePolicy(ResourceDefinition resource)
    {
        var properties = PropertyReader.Of(resource);
        properties.WithoutLocalEffect("PolicyDocument");
        foreach (var url in properties.GetStrings("Queues")) queues.Get(url.Split('/')[^1]);
        properties.RefuseOthers();
        return new CreatedResource(resource.PhysicalName, new Dictionary<string, string>(StringComparer.Ordinal) { ["Id"] = resource.PhysicalName });
    }
}
