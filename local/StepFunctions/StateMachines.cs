using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Integrations;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions;

/// <summary>The state machines there are.</summary>
internal sealed class StateMachines(IntegrationCatalog integrations, TimeProvider time, Chance chance)
{
    private readonly ConcurrentDictionary<string, StateMachine> byArn = new(StringComparer.Ordinal);

    public IEnumerable<StateMachine> All => byArn.Values;

    /// <summary>Creates it; the same once more, when nothing differs, is the same state machine.</summary>
    public StateMachine Create(string name, string definition, string roleArn, JsonObject options, IReadOnlyDictionary<string, string> tags)
    {
        Names.Check(name);
        var arn = Arns.Of("states", $"stateMachine:{name}");
        var created = new StateMachine(arn, name, time.GetUtcNow(), Revise(definition, roleArn, options), tags);
        var machine = byArn.GetOrAdd(arn, created);
        var same = machine == created || (machine.Revision.Definition == definition && machine.Revision.RoleArn == roleArn && JsonNode.DeepEquals(machine.Revision.Options, options));
        return same ? machine : throw new AwsError("StateMachineAlreadyExists", $"State Machine Already Exists: '{arn}'");
    }

    public Revision Revise(string definition, string roleArn, JsonObject options) =>
        new(chance.Uuid(), definition, DefinitionReader.Read(definition, integrations), roleArn, options);

    public StateMachine Get(string arn) => byArn.GetValueOrDefault(arn) ?? throw new AwsError("StateMachineDoesNotExist", $"State Machine Does Not Exist: '{arn}'");

    public StateMachine? Remove(string arn) => byArn.TryRemove(arn, out var removed) ? removed : null;
}
