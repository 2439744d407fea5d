using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>The customers are restored to a stated instant.</summary>
public sealed class PointInTimeTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : ReplayTest(app, dynamoDb)
{
    [Fact]
    public async Task Whoever_was_erased_after_the_instant_is_erased_again()
    {
        await Tables.KeepHistoryAsync(Shop.Customers, Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);
        var instant = Live.Cloud.Time.GetUtcNow();
        var verifiedAt = await EraseAdaAsync();
        IReadOnlyList<string> restored = [];
        Live.Calls.Before("BatchWriteItem", Copy, async _ => restored = await CustomersAsync(Copy));

        await Tables.RestoreToAsync(Shop.Customers, instant, Copy, Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);

        verifiedAt.ShouldBeGreaterThan(instant);
        restored.ShouldBe([Shop.Ada.CustomerId, Shop.Other.CustomerId]);
        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId]);
        ((DateTimeOffset?)clean["as_of"]).ShouldBe(instant);
        ((string?)clean["as_of_confidence"]).ShouldBe("stated");
    }

    /// <summary>A call names an instant to the millisecond.</summary>
    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task Whoever_was_verified_at_the_very_instant_is_selected_and_whoever_was_verified_before_is_not(int millisecondsAfter, long selected)
    {
        await Tables.KeepHistoryAsync(Shop.Customers, Cancellation);
        var verifiedAt = await EraseAdaAsync();
        var instant = verifiedAt.AddMilliseconds(millisecondsAfter);

        await Tables.RestoreToAsync(Shop.Customers, instant, Copy, Cancellation);
        var clean = await Live.RestoreStatusAsync("clean", Cancellation);

        ((DateTimeOffset?)clean["as_of"]).ShouldBe(instant);
        ((long?)clean["selected"]).ShouldBe(selected);
        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId]);
    }

    /// <returns>When she was verified erased; tables can be restored to that instant.</returns>
    private async Task<DateTimeOffset> EraseAdaAsync()
    {
        await PublishAsync("erasure-requested.json");
        await Live.StatusAsync("completed", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);
        return (await Live.Stores.EntryAsync("customers", AdasRequest, Cancellation)).ShouldNotBeNull().At;
    }
}
