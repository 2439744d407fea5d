using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>P4: the entry that lets an erasure be replayed is durable before the first record is touched.</summary>
public sealed class LedgerFirstTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    [Fact]
    public async Task While_the_ledger_cannot_be_written_not_a_record_is_erased()
    {
        Live.Calls.Refuse("PutItem", Live.Stores.Ledger, DeniedByDynamoDb());
        await NothingIsErasedUntilAllowedAsync();
    }

    [Fact]
    public async Task While_the_evidence_cannot_be_written_not_a_record_is_erased()
    {
        Live.Calls.Refuse("PUT", Live.Stores.Evidence, Denied());
        await NothingIsErasedUntilAllowedAsync();
    }

    [Fact]
    public async Task When_the_first_record_is_touched_every_entry_is_open_and_its_copy_locked()
    {
        IReadOnlyDictionary<string, string>? states = null;
        var copies = 0;
        async Task LookAsync(CloudCall touched)
        {
            states ??= await Live.Stores.StatesAsync(AdasRequest, Cancellation);
            copies = Math.Max(copies, (await Live.Stores.LocksAsync("ledger/", Cancellation)).Count(one => one.Until > DeployedSystem.Start.AddDays(39)));
        }

        Live.Calls.Before("UpdateItem", Shop.Orders, LookAsync);
        Live.Calls.Before("POST", Shop.Uploads, LookAsync);

        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);

        states.ShouldNotBeNull().ShouldBe(new Dictionary<string, string> { ["customers"] = "open", ["orders"] = "open", ["uploads"] = "open" }, ignoreOrder: true);
        copies.ShouldBe(3);
    }

    private async Task NothingIsErasedUntilAllowedAsync()
    {
        await PublishAsync("erasure-requested.json");
        var failed = await Live.StatusAsync("failed", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(3), Cancellation);

        failed["reasons"]!.AsArray().Count.ShouldBe(1);
        (await AdaAsync()).ShouldBe(Holdings.Everything);
        ShopWrites().ShouldBeEmpty();
        (await Live.ExecutionsAsync(Cancellation)).ShouldHaveSingleItem().Status.ShouldBe("FAILED");

        Live.Calls.Allow();
        await PublishAsync("operator-decided-retry.json");
        await Live.StatusAsync("completed", Cancellation);
        (await AdaAsync()).ShouldBe(Holdings.Nothing);
        (await Live.ExecutionsAsync(Cancellation)).Select(run => (run.Name, run.Status)).ShouldBe([(AdasRequest, "FAILED"), ($"{AdasRequest}-r1", "SUCCEEDED")]);
    }
}
