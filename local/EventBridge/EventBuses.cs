using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Scheduler;
using ServerlessGdpr.Local.Targets;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>All buses of the cloud; the default one is always there.</summary>
internal sealed class EventBuses : IEventBuses
{
    private readonly ConcurrentDictionary<string, EventBus> buses = new(StringComparer.Ordinal);
    private readonly Deliveries deliveries;
    private readonly ScheduleRunner schedules;
    private readonly TimeProvider time;

    public EventBuses(Deliveries deliveries, ScheduleRunner schedules, TimeProvider time)
    {
        this.deliveries = deliveries;
        this.schedules = schedules;
        this.time = time;
        buses[RuleName.DefaultBus] = new EventBus(RuleName.DefaultBus, deliveries, time);
    }

    public IEnumerable<EventBus> All => buses.Values.OrderBy(bus => bus.Name, StringComparer.Ordinal);

    public Task PutAwsEventAsync(string source, string detailType, JsonObject detail, IEnumerable<string> resources, CancellationToken cancellation)
    {
        Get(null).Emit(BusEvent.Create(source, detailType, JsonSerializer.SerializeToElement(detail), resources, time.GetUtcNow()));
        return Task.CompletedTask;
    }

    public EventBus Create(string name, string? description, string? deadLetterQueue)
    {
        if (name.Length is 0 or > 256 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/'))
            throw new AwsError("ValidationException", $"{name} is not a name for an event bus.");
        var bus = new EventBus(name, deliveries, time) { Description = description, DeadLetterQueue = deadLetterQueue };
        return buses.TryAdd(name, bus) ? bus : throw new AwsError("ResourceAlreadyExistsException", $"Event bus {name} already exists.");
    }

    /// <param name="nameOrArn">Null for the default bus.</param>
    public EventBus Get(string? nameOrArn) => Find(nameOrArn) ?? throw new AwsError("ResourceNotFoundException", $"Event bus {nameOrArn} does not exist.");

    public EventBus? Find(string? nameOrArn) => buses.GetValueOrDefault(RuleDefinition.BusName(nameOrArn));

    public Rule PutRule(RuleDefinition definition)
    {
        var bus = Get(definition.Name.Bus);
        var rule = bus.Put(definition);
        if (definition.Schedule is { } schedule)
        {
            schedules.Start(definition.Name.Arn, schedule, due =>
            {
                if (rule.Definition.IsEnabled) bus.Deliver(rule, ScheduledEvent(rule.Definition.Name, due));
            });
        }
        else
        {
            schedules.Stop(definition.Name.Arn);
        }

        return rule;
    }

    public void RemoveRule(string? bus, string rule)
    {
        var found = Get(bus);
        found.Remove(rule);
        schedules.Stop(new RuleName(found.Name, rule).Arn);
    }

    private static BusEvent ScheduledEvent(RuleName rule, DateTimeOffset due) =>
        BusEvent.Create("aws.events", "Scheduled Event", JsonSerializer.SerializeToElement(new JsonObject()), [rule.Arn], due);
}
