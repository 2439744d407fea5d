using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Infra.Environments;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>What one erasure takes of each service, counted: whoever makes it dearer has to say so in <c>bench/erasure-counts.json</c>, from which the price is computed.</summary>
public sealed class CostTests(DynamoDbLocalProcess dynamoDb)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int, int> Counted => [.. Counts.Select(count => (count.Datastores, count.Waves))];

    private static IReadOnlyList<ErasureCost> Counts { get; } = JsonSerializer.Deserialize<IReadOnlyList<ErasureCost>>(
        File.ReadAllText(Repository.Find().Resolve("bench/erasure-counts.json")), JsonSerializerOptions.Web)!;

    [Theory]
    [MemberData(nameof(Counted))]
    public async Task An_erasure_takes_exactly_so_much_of_each_service(int datastores, int waves)
    {
        using var app = new SynthesizedSystem(DataMap(datastores, waves));
        await using var live = await DeployedSystem.StartAsync(app, dynamoDb, Cancellation);
        for (var number = 1; number <= datastores; number++) await FillAsync(live.DynamoDb, TableOf(number));
        // What is done by the clock is not the erasure's.
        await live.StopWatchingAsync(Cancellation);
        await live.SettleAsync(Cancellation);
        var units = new ConcurrentBag<(bool Write, double Units)>();
        live.Calls.Forget();
        live.Calls.Capacity = (call, consumed) => units.Add((call.IsWrite, consumed));

        await live.PublishAsync(DeployedSystem.Sample("erasure-requested.json"), Cancellation);
        await live.StatusAsync("completed", Cancellation);
        await live.SettleAsync(Cancellation);

        var run = (await live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem();
        run.Status.ShouldBe("SUCCEEDED");
        var calls = live.Calls.All;
        var cost = new ErasureCost(
            datastores,
            waves,
            run.States.Count(),
            // One takes the request in, before there is an execution.
            run.Events.Count(happened => (string?)happened["type"] == "TaskScheduled") + 1,
            units.Where(one => !one.Write).Sum(one => one.Units),
            units.Where(one => one.Write).Sum(one => one.Units),
            calls.Count(call => call.Service == "kms"),
            calls.Count(call => call.Service == "s3" && call.Operation == "PUT"),
            calls.Count(call => call.Service == "s3" && call.Operation != "PUT"),
            calls.Count(call => call.Service == "events" && call.Operation == "PutEvents" && call.Body.Contains("serverless-gdpr", StringComparison.Ordinal)));
        cost.ShouldBe(Counts.Single(count => count.Datastores == datastores && count.Waves == waves));
    }

    /// <summary>The targets: four transitions for each datastore and eight more with one wave; three for each further wave.</summary>
    [Theory]
    [MemberData(nameof(Counted))]
    public void State_transitions_stay_within_their_target(int datastores, int waves) =>
        Counts.Single(count => count.Datastores == datastores && count.Waves == waves).Transitions.ShouldBeLessThanOrEqualTo((4 * datastores) + 8 + (3 * (waves - 1)));

    private static string TableOf(int number) => $"cost-{number}";

    private static JsonNode DataMap(int datastores, int waves)
    {
        var map = JsonNode.Parse(File.ReadAllText(Repository.Find().Resolve("infra/datastores.json")))!;
        var customers = map["datastores"]![0]!;
        map["datastores"] = new JsonArray(
        [
            .. Enumerable.Range(1, datastores).Select(number =>
            {
                var entry = customers.DeepClone().AsObject();
                entry["name"] = TableOf(number);
                entry["location"] = $"arn:aws:dynamodb:eu-west-1:000000000000:table/{TableOf(number)}";
                entry["backups"] = new JsonObject { ["restoredNamePattern"] = $"{TableOf(number)}-restored*" };
                if (number > 1 && waves > 1) entry["after"] = new JsonArray(TableOf(number - 1));
                else entry.Remove("after");
                return (JsonNode)entry;
            }),
        ]);
        return map;
    }

    private static async Task FillAsync(IAmazonDynamoDB dynamo, string table)
    {
        await dynamo.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = table,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                KeySchema = [new("customer_id", KeyType.HASH), new("number", KeyType.RANGE)],
                AttributeDefinitions = [new("customer_id", "S"), new("number", "N")],
            },
            Cancellation);
        foreach (var number in new[] { "1", "2" })
            await dynamo.PutItemAsync(table, new() { ["customer_id"] = new(Shop.Ada.CustomerId), ["number"] = new() { N = number }, ["name"] = new("A name") }, Cancellation);
    }

    /// <summary>Two records of the person in each datastore. The services' calls of one erasure, from the event to its completion.</summary>
    private sealed record ErasureCost(int Datastores, int Waves, int Transitions, int Invocations, double ReadUnits, double WriteUnits, int KmsCalls, int S3Puts, int S3Others, int Events);
}
