using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Targets;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>A bus with its rules.</summary>
internal sealed class EventBus(string name, Deliveries deliveries, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Rule> rules = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<JsonObject> statements = new();

    public string Name { get; } = name;

    public string Arn { get; } = Arns.Of("events", $"event-bus/{name}");

    public DateTimeOffset CreatedAt { get; } = time.GetUtcNow();

    public string? Description { get; init; }

    /// <summary>For events that a bus with a key of its own cannot decrypt; nothing here fails so.</summary>
    public string? DeadLetterQueue { get; init; }

    public IEnumerable<Rule> Rules => rules.Values.OrderBy(rule => rule.Definition.Name.Name, StringComparer.Ordinal);

    /// <summary>The resource policy's statements.</summary>
    public IReadOnlyCollection<JsonObject> Statements => statements;

    public void AddStatement(JsonObject statement) => statements.Enqueue(statement);

    /// <summary>Creates a rule, or changes it and keeps its targets.</summary>
    public Rule Put(RuleDefinition definition) => rules.AddOrUpdate(
        definition.Name.Name,
        _ => new Rule(definition),
        (_, rule) =>
        {
            rule.Definition = definition;
            return rule;
        });

    public Rule Get(string rule) =>
        rules.TryGetValue(rule, out var found) ? found : throw new AwsError("ResourceNotFoundException", $"Rule {rule} does not exist on EventBus {Name}.");

    public void Remove(string rule)
    {
        if (!rules.TryGetValue(rule, out var found)) return;
        if (!found.Targets.IsEmpty) throw new AwsError("ValidationException", "Rule can't be deleted since it has targets.");
        rules.TryRemove(rule, out _);
    }

    /// <summary>Starts the delivery of an event to every target of every rule that matches it.</summary>
    public void Emit(BusEvent happened)
    {
        foreach (var rule in Rules)
            if (rule.Definition is { IsEnabled: true, Pattern: { } pattern } && pattern.Matches(happened.Envelope)) Deliver(rule, happened);
    }

    /// <summary>Starts the delivery to a rule's targets, because its pattern matched or its hour came.</summary>
    public void Deliver(Rule rule, BusEvent happened)
    {
        var ruleName = rule.Definition.Name;
        foreach (var target in rule.Targets.Values)
        {
            var input = target.Input.For(happened, ruleName, time.GetUtcNow());
            deliveries.Start(target.Arn, target.Policy, new Dictionary<string, string>(StringComparer.Ordinal) { ["RULE_ARN"] = ruleName.Arn }, _ => input);
        }
    }
}

internal sealed class Rule(RuleDefinition definition)
{
    private const int MaximumTargets = 5;

    public RuleDefinition Definition { get; set; } = definition;

    public ImmutableSortedDictionary<string, RuleTarget> Targets { get; set; } = ImmutableSortedDictionary<string, RuleTarget>.Empty;

    public void Add(IReadOnlyList<RuleTarget> targets)
    {
        var all = Targets.SetItems(targets.Select(target => KeyValuePair.Create(target.Id, target)));
        Targets = all.Count <= MaximumTargets ? all : throw new AwsError("LimitExceededException", $"The requested resource exceeds the maximum number allowed: {MaximumTargets} targets.");
    }
}
