using System.Text.Json.Nodes;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>What the clock and operators start, deployed and with its own roles.</summary>
public sealed class LedgerKeepingTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    [Fact]
    public async Task An_emptied_ledger_is_noticed_and_rebuilt()
    {
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);
        await Live.StopWatchingAsync(Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(30), Cancellation);
        foreach (var item in (await Live.DynamoDb.ScanAsync(new() { TableName = Live.Stores.Ledger }, Cancellation)).Items)
            await Live.DynamoDb.DeleteItemAsync(Live.Stores.Ledger, new() { ["pk"] = item["pk"], ["sk"] = item["sk"] }, Cancellation);

        ((int)(await InvokeAsync(HandlerNames.CheckLedger))["behind"]!).ShouldBe(3);
        ((int)(await InvokeAsync(HandlerNames.RebuildLedger))["restored"]!).ShouldBe(3);
        ((int)(await InvokeAsync(HandlerNames.CheckLedger))["behind"]!).ShouldBe(0);

        (await Live.Stores.EntryAsync("customers", AdasRequest, Cancellation)).ShouldNotBeNull().State.ShouldBe("verified");
    }

    [Theory]
    [InlineData(HandlerNames.KeepMemory)]
    [InlineData(HandlerNames.ReconcileRestores)]
    public async Task What_is_done_every_hour_lacks_no_permission(string handler)
    {
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);

        await InvokeAsync(handler);
    }

    private async Task<JsonNode> InvokeAsync(string handler)
    {
        var answer = await Live.Cloud.Get<FunctionInvoker>().InvokeAsync(Live.Function(handler).Arn, "{}", Cancellation);
        answer.FunctionError.ShouldBeNull($"{answer.Payload}\n{string.Join('\n', Live.Logs.TakeLast(5))}");
        return JsonNode.Parse(answer.Payload)!;
    }
}
