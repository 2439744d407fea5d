using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

/// <summary>What goes on a bus, and what comes to the queues behind its rules.</summary>
public sealed class EventBusTests : IAsyncLifetime
{
    private const string FromShop = """{"source":["shop"]}""";
    private readonly ContractBuses buses = new();

    public ValueTask InitializeAsync() => buses.InitializeAsync();

    public ValueTask DisposeAsync() => buses.DisposeAsync();

    [Fact]
    public async Task A_matching_event_reaches_the_queue_in_its_envelope()
    {
        await RuleAsync("""{"source":[{"anything-but":"serverless-gdpr"}]}""");

        var put = await buses.PutAsync(ContractBuses.Entry("shop", """{"n": 1.5, "text": "Zoë <b>"}""", "arn:x"));

        var expected = new JsonObject
        {
            ["version"] = "0",
            ["id"] = put["Entries"]![0]!["EventId"]!.DeepClone(),
            ["detail-type"] = "ErasureRequested",
            ["source"] = "shop",
            ["account"] = buses.Queue.Account,
            ["time"] = "2026-01-31T10:00:00Z",
            ["region"] = buses.Queue.Region,
            ["resources"] = new JsonArray("arn:x"),
            ["detail"] = new JsonObject { ["n"] = 1.5, ["text"] = "Zoë <b>" },
        };
        var body = (await buses.ReceiveAsync(buses.Queue, enough: 1)).ShouldHaveSingleItem().Body;
        JsonNode.DeepEquals(JsonNode.Parse(body), expected).ShouldBeTrue(body);
    }

    [Fact]
    public async Task An_event_reaches_every_rule_of_its_bus_that_matches_and_no_other()
    {
        var other = await buses.CreateBusAsync();
        await RuleAsync(FromShop, Constant("matches"));
        await RuleAsync("""{"source":["shop"],"detail-type":[{"prefix":"Erasure"}]}""", Constant("matches too"));
        await RuleAsync("""{"detail-type":["AccessRequested"]}""", Constant("another kind"));
        await RuleAsync(FromShop, Constant("another bus"), other);
        await buses.CallAsync("DisableRule", new JsonObject { ["Name"] = await RuleAsync(FromShop, Constant("disabled")), ["EventBusName"] = buses.Bus });
        var changed = await RuleAsync(FromShop, Constant("removed"));
        await buses.CallAsync("RemoveTargets", new JsonObject { ["Rule"] = changed, ["EventBusName"] = buses.Bus, ["Ids"] = new JsonArray("queue") });

        await buses.PutAsync(ContractBuses.Entry("shop"));

        (await buses.ReceiveAsync(buses.Queue)).Select(message => (string?)JsonNode.Parse(message.Body)!["is"]).ShouldBe(["matches", "matches too"], ignoreOrder: true);
    }

    [Fact]
    public async Task Each_entry_is_accepted_or_refused_by_itself()
    {
        await RuleAsync(FromShop);

        var answer = await buses.PutAsync(
            ContractBuses.Entry("shop", "[1]"),
            ContractBuses.Entry("shop", "{"),
            ContractBuses.Entry("shop"),
            ContractBuses.Entry("aws.s3"),
            Without("Source"),
            Without("DetailType"),
            Without("Detail"));

        answer["FailedEntryCount"]!.GetValue<int>().ShouldBe(6);
        answer["Entries"]!.AsArray().Select(entry => entry!["ErrorCode"]?.GetValue<string>())
            .ShouldBe(["MalformedDetail", "MalformedDetail", null, "NotAuthorizedForSourceException", "InvalidArgument", "InvalidArgument", "InvalidArgument"]);
        var message = (await buses.ReceiveAsync(buses.Queue)).ShouldHaveSingleItem();
        ((string?)JsonNode.Parse(message.Body)!["id"]).ShouldBe((string?)answer["Entries"]![2]!["EventId"]);
    }

    [Fact]
    public async Task Entries_of_more_than_a_mebibyte_are_refused_together()
    {
        // A time counts as 14 bytes.
        var size = 1_048_576 - 14 - "shop".Length - "ErasureRequested".Length - """{"x":""}""".Length;

        var fits = await buses.PutAsync(ContractBuses.Entry("shop", $$"""{"x":"{{new string('a', size)}}"}"""));
        var tooLong = await buses.PutAsync(ContractBuses.Entry("shop", $$"""{"x":"{{new string('a', size + 1)}}"}"""));

        fits["FailedEntryCount"]!.GetValue<int>().ShouldBe(0);
        ContractBuses.Error(tooLong).ShouldBe("ValidationException");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public async Task One_to_ten_entries_are_taken_at_once(int entries)
    {
        var answer = await buses.PutAsync([.. Enumerable.Range(0, entries).Select(_ => ContractBuses.Entry("shop"))]);

        ContractBuses.Error(answer).ShouldBe("ValidationException", answer.ToJsonString());
    }

    [Fact]
    public async Task A_target_that_does_not_exist_sends_the_event_to_the_dead_letter_queue_at_once()
    {
        var gone = $"{buses.Queue.Arn}-gone";
        var rule = buses.NewName("rule");
        var made = await buses.PutRuleAsync(rule, FromShop);
        await buses.PutTargetAsync(rule, new JsonObject { ["Id"] = "gone", ["Arn"] = gone, ["DeadLetterConfig"] = new JsonObject { ["Arn"] = buses.Queue.Arn } });

        var put = await buses.PutAsync(ContractBuses.Entry("shop", """{"a":1}"""));

        ((int?)put["FailedEntryCount"]).ShouldBe(0, put.ToJsonString());
        var dead = (await buses.ReceiveAsync(buses.Queue, enough: 1)).ShouldHaveSingleItem();
        ((string?)JsonNode.Parse(dead.Body)!["id"]).ShouldBe((string?)put["Entries"]![0]!["EventId"]);
        var attributes = dead.MessageAttributes.ToDictionary(attribute => attribute.Key, attribute => attribute.Value.StringValue, StringComparer.Ordinal);
        attributes["RULE_ARN"].ShouldBe((string?)made["RuleArn"]);
        attributes["TARGET_ARN"].ShouldBe(gone);
        attributes["ERROR_CODE"].ShouldBe("NO_RESOURCE");
        attributes["ERROR_MESSAGE"].ShouldNotBeEmpty();
        attributes["RETRY_ATTEMPTS"].ShouldBe("0");
        attributes.ShouldNotContainKey("EXHAUSTED_RETRY_CONDITION");
    }

    [Theory]
    [InlineData("PutRule", """{"Name":"r","EventBusName":"BUS","ScheduleExpression":"rate(1 hour)"}""", "ValidationException")]
    [InlineData("PutRule", """{"Name":"r","EventBusName":"BUS"}""", "ValidationException")]
    [InlineData("PutRule", """{"Name":"r","EventBusName":"nowhere","EventPattern":"{\"source\":[\"x\"]}"}""", "ResourceNotFoundException")]
    [InlineData("DescribeRule", """{"Name":"nowhere","EventBusName":"BUS"}""", "ResourceNotFoundException")]
    [InlineData("DescribeEventBus", """{"Name":"nowhere"}""", "ResourceNotFoundException")]
    [InlineData("CreateEventBus", """{"Name":"BUS"}""", "ResourceAlreadyExistsException")]
    [InlineData("PutTargets", """{"Rule":"nowhere","EventBusName":"BUS","Targets":[{"Id":"t","Arn":"QUEUE"}]}""", "ResourceNotFoundException")]
    public async Task What_cannot_be_done_is_refused(string operation, string request, string error)
    {
        var named = request.Replace("BUS", buses.Bus, StringComparison.Ordinal).Replace("QUEUE", buses.Queue.Arn, StringComparison.Ordinal);

        var answer = await buses.CallAsync(operation, JsonNode.Parse(named)!.AsObject());

        ContractBuses.Error(answer).ShouldBe(error, answer.ToJsonString());
    }

    [Fact]
    public async Task A_rule_that_has_targets_cannot_be_deleted()
    {
        var rule = new JsonObject { ["Name"] = await RuleAsync(FromShop), ["EventBusName"] = buses.Bus };

        var refused = await buses.CallAsync("DeleteRule", rule.DeepClone().AsObject());
        await buses.CallAsync("RemoveTargets", new JsonObject { ["Rule"] = rule["Name"]!.DeepClone(), ["EventBusName"] = buses.Bus, ["Ids"] = new JsonArray("queue") });
        var deleted = await buses.CallAsync("DeleteRule", rule.DeepClone().AsObject());

        ContractBuses.Error(refused).ShouldBe("ValidationException", refused.ToJsonString());
        ContractBuses.Error(deleted).ShouldBeNull(deleted.ToJsonString());
        ContractBuses.Error(await buses.CallAsync("DescribeRule", rule)).ShouldBe("ResourceNotFoundException");
    }

    private static JsonObject Constant(string text) => new() { ["InputTransformer"] = new JsonObject { ["InputTemplate"] = $$"""{"is":"{{text}}"}""" } };

    private static JsonObject Without(string member)
    {
        var entry = ContractBuses.Entry("shop");
        entry.Remove(member);
        return entry;
    }

    /// <summary>A rule with the queue as its target.</summary>
    private async Task<string> RuleAsync(string pattern, JsonObject? input = null, string? bus = null)
    {
        var rule = buses.NewName("rule");
        await buses.PutRuleAsync(rule, pattern, bus);
        await buses.PutTargetAsync(rule, buses.Queue.Target([.. (input ?? []).Select(member => (member.Key, member.Value!.DeepClone()))]), bus);
        return rule;
    }
}
