using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>AWS::Events::EventBus, AWS::Events::EventBusPolicy and AWS::Events::Rule.</summary>
internal sealed class EventBridgeProvider(EventBuses buses) : IResourceProvider
{
    public IReadOnlyCollection<string> ResourceTypes => ["AWS::Events::EventBus", "AWS::Events::EventBusPolicy", "AWS::Events::Rule"];

    public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation) => Task.FromResult(resource.Type switch
    {
        "AWS::Events::EventBus" => CreateBus(resource),
        "AWS::Events::EventBusPolicy" => CreatePolicy(resource),
        _ => CreateRule(resource),
    });

    private CreatedResource CreateBus(ResourceDefinition resource)
    {
        var properties = PropertyReader.Of(resource);
        properties.WithoutLocalEffect("Tags", "KmsKeyIdentifier");
        var name = properties.GetRequiredString("Name");
        var description = properties.GetString("Description");
        var deadLetters = properties.GetObject("DeadLetterConfig")?.GetString("Arn");
        var policy = properties.GetDocument("Policy");
        properties.RefuseOthers();
        var bus = buses.Create(name, description, deadLetters);
        foreach (var statement in policy?["Statement"] as JsonArray ?? []) bus.AddStatement(statement!.DeepClone().AsObject());
        return new CreatedResource(name, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = bus.Arn, ["Name"] = name });
    }

    private CreatedResource CreatePolicy(ResourceDefinition resource)
    {
        var properties = PropertyReader.Of(resource);
        var bus = buses.Get(properties.GetString("EventBusName"));
        var id = properties.GetRequiredString("StatementId");
        var statement = properties.GetDocument("Statement") ?? throw properties.Invalid("Statement", "given");
        properties.RefuseOthers();
        var stored = statement.DeepClone().AsObject();
        stored["Sid"] = id;
        bus.AddStatement(stored);
        return new CreatedResource($"{bus.Name}|{id}", new Dictionary<string, string>(StringComparer.Ordinal));
    }

    private CreatedResource CreateRule(ResourceDefinition resource)
    {
        var properties = PropertyReader.Of(resource);
        var definition = RuleDefinition.Read(properties, properties.GetString("Name") ?? resource.PhysicalName);
        var targets = RuleTargets.Read(properties, resource.Properties);
        properties.RefuseOthers();
        buses.PutRule(definition).Add(targets);
        var name = definition.Name;
        return CreatedResource.Of(name.Bus == RuleName.DefaultBus ? name.Name : $"{name.Bus}|{name.Name}", name.Arn);
    }
}
