using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>A backup is brought back that is older than the data map declares backups to be: the ledger remembers its people no longer.</summary>
public sealed class MemoryTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : ReplayTest(app, dynamoDb)
{
    [Fact]
    public async Task Everyone_still_known_is_erased_and_the_copy_stays_closed_until_an_operator_closes_the_restore()
    {
        await Live.Shop.PutCustomerAsync(Tomasz, Cancellation);
        var backup = await BackUpAndEraseAdaAsync();
        await Live.StopWatchingAsync(Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromDays(30), Cancellation);
        await PublishAsync("erasure-requested-another-person.json");
        await Live.StatusAsync(detail => (string?)detail["request_status"] == "completed" && CountOf("completed") == 2, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromDays(6), Cancellation);
        (await Live.Stores.EntryAsync("customers", AdasRequest, Cancellation)).ShouldBeNull("she is forgotten");

        await Tables.RestoreAsync(backup, Copy, Cancellation);
        var waiting = await Live.RestoreStatusAsync("waiting", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromHours(30), Cancellation);

        ((string?)waiting["operator_reason"]).ShouldBe("memory_too_short");
        ((long?)waiting["erased"]).ShouldBe(1);
        (await CustomersAsync(Copy)).ShouldBe([Shop.Ada.CustomerId, Shop.Other.CustomerId], ignoreOrder: true);
        (await Tables.PolicyAsync(Copy, Cancellation)).ShouldNotBeNull();
        (await Tables.MarkAsync(Copy, Cancellation)).ShouldBe("pending");

        await DecideAsync(waiting, "close");
        var closed = await Live.RestoreStatusAsync("cleaned_incompletely", Cancellation);

        ((string?)closed["reason"]).ShouldBe("resource_deleted");
        (await Tables.PolicyAsync(Copy, Cancellation)).ShouldBeNull();
        (await Tables.MarkAsync(Copy, Cancellation)).ShouldBe("cleaned_incompletely");
        CountOfRestores("clean").ShouldBe(0);
    }
}
