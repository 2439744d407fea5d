using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sns;

/// <summary>AWS::SNS::Topic, AWS::SNS::TopicPolicy and AWS::SNS::Subscription.</summary>
internal sealed class SnsProvider(Topics topics) : IResourceProvider
{
    public IReadOnlyCollection<string> ResourceTypes => ["AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SNS::Subscription"];

    public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation)
    {
        var properties = PropertyReader.Of(resource);
        return Task.FromResult(resource.Type switch
        {
            "AWS::SNS::Topic" => CreateTopic(properties, resource.PhysicalName),
            "AWS::SNS::TopicPolicy" => CreatePolicy(properties, resource.PhysicalName),
            _ => CreateSubscription(properties, resource.PhysicalName),
        });
    }

    private CreatedResource CreateTopic(PropertyReader properties, string physicalName)
    {
        properties.WithoutLocalEffect("Tags", "KmsMasterKeyId", "DisplayName", "TracingConfig", "SignatureVersion");
        if (properties.GetBoolean("FifoTopic") == true) throw properties.Invalid("FifoTopic", "false: the local cloud has standard topics only");
        var name = properties.GetString("TopicName") ?? physicalName;
        var subscriptions = properties.GetObjects("Subscription").Select((one, index) => Subscription.Read(one, Arns.Of("sns", name), index.ToString())).ToList();
        properties.RefuseOthers();
        var topic = topics.Create(name);
        subscriptions.ForEach(topic.Add);
        return new CreatedResource(topic.Arn, new Dictionary<string, string>(StringComparer.Ordinal) { ["TopicArn"] = topic.Arn, ["TopicName"] = name, ["Arn"] = topic.Arn });
    }

    /// <summary>A policy restricts nothing here, but the topics it speaks of exist.</summary>
    private CreatedResource CreatePolicy(PropertyReader properties, string physicalName)
    {
        properties.WithoutLocalEffect("PolicyDocument");
        foreach (var arn in properties.GetStrings("Topics")) topics.Get(arn);
        properties.RefuseOthers();
        return new CreatedResource(physicalName, new Dictionary<string, string>(StringComparer.Ordinal) { ["Id"] = physicalName });
    }

    private CreatedResource CreateSubscription(PropertyReader properties, string physicalName)
    {
        var topic = topics.Get(properties.GetRequiredString("TopicArn"));
        var subscription = Subscription.Read(properties, topic.Arn, physicalName);
        properties.RefuseOthers();
        topic.Add(subscription);
        return new CreatedResource(subscription.Arn, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = subscription.Arn });
    }
}
