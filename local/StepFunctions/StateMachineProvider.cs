using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.StepFunctions;

/// <summary>Creates state machines of deployed templates.</summary>
internal sealed class StateMachineProvider(StateMachines machines) : IResourceProvider
{
    /// <summary>The options, as CloudFormation and as the API name them.</summary>
    private static readonly (string Property, string Member)[] Options =
    [
        ("LoggingConfiguration", "loggingConfiguration"), ("TracingConfiguration", "tracingConfiguration"), ("EncryptionConfiguration", "encryptionConfiguration"),
    ];

    public IReadOnlyCollection<string> ResourceTypes { get; } = ["AWS::StepFunctions::StateMachine"];

    public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation)
    {
        var properties = PropertyReader.Of(resource);
        if (properties.GetString("StateMachineType") is { } type && type != "STANDARD") throw properties.Invalid("StateMachineType", "STANDARD");
        var name = properties.GetString("StateMachineName") ?? resource.PhysicalName;
        var (definition, roleArn, options, tags) = (Definition(properties), properties.GetRequiredString("RoleArn"), OptionsOf(properties), Tags(properties));
        properties.RefuseOthers();
        var machine = machines.Create(name, definition, roleArn, options, tags);
        return Task.FromResult(new CreatedResource(machine.Arn, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Arn"] = machine.Arn,
            ["Name"] = machine.Name,
            ["StateMachineRevisionId"] = machine.Revision.Id,
        }));
    }

    private static string Definition(PropertyReader properties)
    {
        var (text, json) = (properties.GetString("DefinitionString"), properties.GetNode("Definition"));
        var definition = text ?? json?.ToJsonString() ?? throw properties.Invalid("DefinitionString", "there, or Definition");
        foreach (var (key, value) in properties.GetNode("DefinitionSubstitutions") as JsonObject ?? [])
        {
            definition = definition.Replace($"${{{key}}}", value is JsonValue plain && plain.TryGetValue<string>(out var substitute) ? substitute : value?.ToJsonString(), StringComparison.Ordinal);
        }

        return definition;
    }

    private static JsonObject OptionsOf(PropertyReader properties)
    {
        var options = new JsonObject();
        foreach (var (property, member) in Options)
        {
            if (properties.GetNode(property) is { } value) options[member] = Lowered(value);
        }

        return options;
    }

    /// <summary>The API's names begin with a small letter where CloudFormation's begin with a capital.</summary>
    private static JsonNode Lowered(JsonNode node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(char.ToLowerInvariant(member.Key[0]) + member.Key[1..], member.Value is null ? null : Lowered(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Lowered(item))]),
        _ => node.DeepClone(),
    };

    private static Dictionary<string, string> Tags(PropertyReader properties) => properties.GetObjects("Tags")
        .ToDictionary(tag => tag.GetRequiredString("Key"), tag => tag.GetRequiredString("Value"), StringComparer.Ordinal);
}
