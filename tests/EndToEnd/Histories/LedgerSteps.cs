using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Local.Lambda;

namespace ServerlessGdpr.Tests.EndToEnd.Histories;

/// <summary>The ledger's table goes back to an older state, as docs/operations.md says how, and is rebuilt.</summary>
internal sealed class LedgerSteps(HistoryStage stage, TableRestores tables)
{
    private const string Scratch = "ledger-brought-back";

    private readonly DeployedSystem live = stage.Live;
    private readonly CancellationToken cancellation = stage.Cancellation;
    private string? backup;

    public async Task KeepAsync()
    {
        stage.Tell("the ledger is backed up");
        backup = await tables.BackUpAsync(live.Stores.Ledger);
    }

    public async Task BringBackAsync(bool rebuild)
    {
        await new RestoredTables(live.DynamoDb).RestoreAsync(backup!, Scratch, cancellation);
        await tables.UsableAsync(Scratch);
        foreach (var item in await ItemsAsync(live.Stores.Ledger))
            await live.DynamoDb.DeleteItemAsync(live.Stores.Ledger, new() { ["pk"] = item["pk"], ["sk"] = item["sk"] }, cancellation);
        foreach (var item in await ItemsAsync(Scratch)) await live.DynamoDb.PutItemAsync(live.Stores.Ledger, item, cancellation);
        await live.DynamoDb.DeleteTableAsync(Scratch, cancellation);
        stage.Tell($"the ledger is as it was{(rebuild ? ", and rebuilt" : "")}");
        if (rebuild) await RebuildAsync();
    }

    /// <summary>An operator heeds the alarm of the daily check, if there is one.</summary>
    /// <returns>How far the ledger is behind then.</returns>
    public async Task<long> MendAsync()
    {
        if (await CheckAsync() == 0) return 0;
        stage.Tell("an operator rebuilds the ledger");
        await RebuildAsync();
        return await CheckAsync();
    }

    private async Task<long> CheckAsync() => (long)(await InvokeAsync(HandlerNames.CheckLedger, []))["behind"]!;

    private async Task RebuildAsync()
    {
        var answer = new JsonObject();
        do answer = (await InvokeAsync(HandlerNames.RebuildLedger, new JsonObject { ["continuation"] = answer["continuation"]?.DeepClone() })).AsObject();
        while (answer["continuation"] is not null);
    }

    private async Task<JsonNode> InvokeAsync(string handler, JsonObject input)
    {
        var answer = await live.Cloud.Get<FunctionInvoker>().InvokeAsync(live.Function(handler).Arn, input.ToJsonString(), cancellation);
        return answer.FunctionError is null ? JsonNode.Parse(answer.Payload)! : throw new InvalidOperationException(answer.Payload);
    }

    private async Task<IReadOnlyList<Dictionary<string, AttributeValue>>> ItemsAsync(string table) =>
        (await live.DynamoDb.ScanAsync(new ScanRequest { TableName = table, ConsistentRead = true }, cancellation)).Items;
}
