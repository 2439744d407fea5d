using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda.EventSources;
using ServerlessGdpr.Local.Sqs;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>Creates the <c>AWS::Lambda</c> resources of a template.</summary>
public sealed class LambdaResources(FunctionCatalog catalog, EventSourceMappings mappings, AsyncInvocations asyncInvocations, QueuePermissions permissions, QueueStore queues, TimeProvider time) : IResourceProvider
{
    public IReadOnlyCollection<string> ResourceTypes { get; } =
    [
        "AWS::Lambda::Function", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission",
        "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Version", "AWS::Lambda::Alias",
    ];

    public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation)
    {
        var properties = PropertyReader.Of(resource);
        return Task.FromResult(resource.Type switch
        {
            "AWS::Lambda::Function" => CreateFunction(resource),
            "AWS::Lambda::EventSourceMapping" => CreateMapping(properties),
            "AWS::Lambda::Permission" => CreatePermission(properties, resource),
            "AWS::Lambda::EventInvokeConfig" => CreateEventInvokeConfig(properties, resource),
            "AWS::Lambda::Version" => CreateVersion(properties),
            "AWS::Lambda::Alias" => CreateAlias(properties),
            _ => throw AwsError.NotImplemented("cloudformation", resource.Type),
        });
    }

    private CreatedResource CreateFunction(ResourceDefinition resource)
    {
        var function = FunctionProperties.Read(resource, time.GetUtcNow());
        catalog.Add(function);
        return CreatedResource.Of(function.Name, function.Arn);
    }

    private CreatedResource CreateMapping(PropertyReader properties)
    {
        var mapping = EventSourceMapping.Read(properties, catalog, time.GetUtcNow());
        permissions.Require(mapping);
        RequireVisibility(mapping);
        mappings.Add(mapping);
        return new CreatedResource(mapping.Id, new Dictionary<string, string> { ["Id"] = mapping.Id, ["EventSourceMappingArn"] = mapping.Arn });
    }

    /// <summary>A message that is visible again while the function is at work would be worked on twice.</summary>
    private void RequireVisibility(EventSourceMapping mapping)
    {
        var queue = queues.FindByArn(mapping.QueueArn) ?? throw new AwsError("InvalidParameterValueException", $"The queue {mapping.QueueArn} does not exist.");
        var (visibility, timeout) = (queue.Settings.VisibilityTimeout, mapping.Function.Timeout);
        if (visibility < timeout)
            throw new AwsError("InvalidParameterValueException", $"Queue visibility timeout: {visibility.TotalSeconds} seconds is less than Function timeout: {timeout.TotalSeconds} seconds");
    }

    /// <summary>Local services may invoke every function; the permission only has to be one that AWS would take.</summary>
    private CreatedResource CreatePermission(PropertyReader properties, ResourceDefinition resource)
    {
        catalog.Find(properties.GetRequiredString("FunctionName"));
        properties.GetRequiredString("Principal");
        properties.WithoutLocalEffect("SourceArn", "SourceAccount");
        if (properties.GetRequiredString("Action") is var action && !action.StartsWith("lambda:", StringComparison.Ordinal)) throw properties.Invalid("Action", "a lambda action");
        properties.RefuseOthers();
        return new CreatedResource(resource.PhysicalName, new Dictionary<string, string> { ["Id"] = resource.PhysicalName });
    }

    private CreatedResource CreateEventInvokeConfig(PropertyReader properties, ResourceDefinition resource)
    {
        var function = catalog.Find(properties.GetRequiredString("FunctionName"), properties.GetRequiredString("Qualifier"));
        asyncInvocations.Configure(function.Name, new AsyncInvocationSettings(
            properties.GetInteger("MaximumRetryAttempts", 0, 2) ?? AsyncInvocationSettings.Default.MaximumRetryAttempts,
            properties.GetInteger("MaximumEventAgeInSeconds", 60, 21600) is { } age ? TimeSpan.FromSeconds(age) : AsyncInvocationSettings.Default.MaximumEventAge,
            FailureQueue(properties)));
        properties.RefuseOthers();
        return new CreatedResource(resource.PhysicalName, new Dictionary<string, string>());
    }

    private static string? FailureQueue(PropertyReader properties)
    {
        var destinations = properties.GetObject("DestinationConfig");
        var arn = destinations?.GetObject("OnFailure")?.GetRequiredString("Destination");
        return arn is null || Arns.Service(arn) == "sqs" ? arn : throw destinations!.Invalid("OnFailure", "an SQS queue");
    }

    private CreatedResource CreateVersion(PropertyReader properties)
    {
        var function = catalog.Find(properties.GetRequiredString("FunctionName"));
        properties.WithoutLocalEffect("Description", "CodeSha256");
        properties.RefuseOthers();
        var version = catalog.PublishVersion(function.Name);
        var arn = $"{function.Arn}:{version}";
        return new CreatedResource(arn, new Dictionary<string, string> { ["Version"] = version, ["FunctionArn"] = arn });
    }

    private CreatedResource CreateAlias(PropertyReader properties)
    {
        var function = catalog.Find(properties.GetRequiredString("FunctionName"));
        var name = properties.GetRequiredString("Name");
        catalog.AddAlias(function.Name, name, properties.GetRequiredString("FunctionVersion"));
        properties.WithoutLocalEffect("Description");
        properties.RefuseOthers();
        var arn = $"{function.Arn}:{name}";
        return new CreatedResource(arn, new Dictionary<string, string> { ["AliasArn"] = arn });
    }
}
