using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>EventBridge as its clients see it.</summary>
internal sealed class EventBridgeService(EventBuses buses, TimeProvider time) : IAwsService
{
    public string SigningName => "events";

    public async Task HandleAsync(HttpContext context)
    {
        var operation = JsonProtocol.Operation(context);
        var request = await JsonProtocol.ReadAsync(context);
        var reader = new PropertyReader(operation, request, "ValidationException");
        var answer = operation switch
        {
            "PutEvents" => new PutEvents(buses, time).Run(reader),
            "TestEventPattern" => Test(reader),
            "CreateEventBus" => CreateBus(reader),
            "DescribeEventBus" => DescribeBus(reader),
            "ListEventBuses" => ListBuses(reader),
            "PutRule" => PutRule(reader),
            "DescribeRule" => DescribeRule(reader),
            "ListRules" => ListRules(reader),
            "DeleteRule" => DeleteRule(reader),
            "EnableRule" => SetState(reader, isEnabled: true),
            "DisableRule" => SetState(reader, isEnabled: false),
            "PutTargets" => new RuleTargets(buses).Put(reader, request),
            "RemoveTargets" => new RuleTargets(buses).Remove(reader),
            "ListTargetsByRule" => new RuleTargets(buses).List(reader),
            _ => throw AwsError.NotImplemented(SigningName, operation),
        };
        await JsonProtocol.WriteAsync(context, answer);
    }

    private static JsonObject Test(PropertyReader request)
    {
        var pattern = EventPattern.Parse(request.GetRequiredString("EventPattern"));
        var text = request.GetRequiredString("Event");
        request.RefuseOthers();
        try
        {
            using var happened = JsonDocument.Parse(text);
            return new JsonObject { ["Result"] = pattern.Matches(happened.RootElement) };
        }
        catch (JsonException)
        {
            throw request.Invalid("Event", "JSON");
        }
    }

    private JsonObject CreateBus(PropertyReader request)
    {
        request.WithoutLocalEffect("Tags", "KmsKeyIdentifier");
        var name = request.GetRequiredString("Name");
        var description = request.GetString("Description");
        var deadLetters = request.GetObject("DeadLetterConfig")?.GetString("Arn");
        request.RefuseOthers();
        return new JsonObject { ["EventBusArn"] = buses.Create(name, description, deadLetters).Arn };
    }

    private JsonObject DescribeBus(PropertyReader request)
    {
        var bus = buses.Get(request.GetString("Name"));
        request.RefuseOthers();
        return Describe(bus);
    }

    private JsonObject ListBuses(PropertyReader request)
    {
        var prefix = request.GetString("NamePrefix") ?? "";
        request.RefuseOthers();
        return new JsonObject { ["EventBuses"] = new JsonArray([.. buses.All.Where(bus => bus.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(Describe)]) };
    }

    private JsonObject PutRule(PropertyReader request)
    {
        var definition = RuleDefinition.Read(request, request.GetRequiredString("Name"));
        request.RefuseOthers();
        buses.PutRule(definition);
        return new JsonObject { ["RuleArn"] = definition.Name.Arn };
    }

    private JsonObject DescribeRule(PropertyReader request)
    {
        var rule = buses.Get(request.GetString("EventBusName")).Get(request.GetRequiredString("Name"));
        request.RefuseOthers();
        return Describe(rule.Definition);
    }

    private JsonObject ListRules(PropertyReader request)
    {
        var bus = buses.Get(request.GetString("EventBusName"));
        var prefix = request.GetString("NamePrefix") ?? "";
        request.RefuseOthers();
        var rules = bus.Rules.Select(rule => rule.Definition).Where(rule => rule.Name.Name.StartsWith(prefix, StringComparison.Ordinal));
        return new JsonObject { ["Rules"] = new JsonArray([.. rules.Select(Describe)]) };
    }

    private JsonObject DeleteRule(PropertyReader request)
    {
        var bus = request.GetString("EventBusName");
        var name = request.GetRequiredString("Name");
        request.RefuseOthers();
        buses.RemoveRule(bus, name);
        return [];
    }

    private JsonObject SetState(PropertyReader request, bool isEnabled)
    {
        var rule = buses.Get(request.GetString("EventBusName")).Get(request.GetRequiredString("Name"));
        request.RefuseOthers();
        rule.Definition = rule.Definition with { IsEnabled = isEnabled };
        return [];
    }

    private static JsonObject Describe(EventBus bus)
    {
        var answer = new JsonObject { ["Name"] = bus.Name, ["Arn"] = bus.Arn, ["CreationTime"] = bus.CreatedAt.ToUnixTimeSeconds() };
        if (bus.Description is { } description) answer["Description"] = description;
        if (bus.DeadLetterQueue is { } queue) answer["DeadLetterConfig"] = new JsonObject { ["Arn"] = queue };
        if (bus.Statements.Count > 0)
        {
            var statements = new JsonArray([.. bus.Statements.Select(statement => statement.DeepClone())]);
            answer["Policy"] = new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = statements }.ToText();
        }

        return answer;
    }

    private static JsonObject Describe(RuleDefinition rule)
    {
        var answer = new JsonObject
        {
            ["Name"] = rule.Name.Name,
            ["Arn"] = rule.Name.Arn,
            ["EventBusName"] = rule.Name.Bus,
            ["State"] = rule.IsEnabled ? "ENABLED" : "DISABLED",
        };
        if (rule.PatternText is { } pattern) answer["EventPattern"] = pattern;
        if (rule.ScheduleText is { } schedule) answer["ScheduleExpression"] = schedule;
        if (rule.Description is { } description) answer["Description"] = description;
        return answer;
    }
}
