using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Ledger;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Erasure;

public sealed class CompleteRequestTests(DynamoDbLocalProcess dynamoDb) : LedgerFixture(dynamoDb)
{
    private const string Mac = "mac-of-an-identity";

    private ErasureHarness? harness;

    private ErasureHarness Erasure => harness ??= new(DynamoDb, Evidence, Table, Cloud.Time);

    [Fact]
    public async Task An_exemption_may_end_long_after_the_persons_requests_were_forgotten()
    {
        await Erasure.AcceptAsync(identityMacs: Mac);
        await EraseAsync(heldUntil: Start.AddYears(2));
        await Erasure.CompleteAsync();
        await AdvanceToAsync(Start.AddYears(2));
        await Erasure.ForgetOrderAsync(Mac);

        await Erasure.AdvanceAsync(await Erasure.PlanAsync(1, "customers"), ErasureHarness.Erased);
        await Erasure.CompleteAsync(attempt: 1);

        (await Erasure.RequestAsync()).Status.ShouldBe(RequestStatuses.Completed);
        ((string?)Erasure.Events.Published[^1]["request_status"]).ShouldBe("completed");
    }

    [Fact]
    public async Task The_person_is_forgotten_in_the_request_when_nothing_can_take_it_up_again()
    {
        await Erasure.AcceptAsync(identityMacs: Mac);
        await EraseAsync(heldUntil: Start.AddDays(9));
        await Erasure.CompleteAsync();
        (await Erasure.RequestAsync()).IdentityMacs.ShouldBe([Mac], "the exemption ends one day");

        await AdvanceToAsync(Start.AddDays(9));
        await Erasure.AdvanceAsync(await Erasure.PlanAsync(1, "customers"), ErasureHarness.Erased);
        await Erasure.CompleteAsync(attempt: 1);

        (await Erasure.RequestAsync()).IdentityMacs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_completion_that_is_repeated_says_nothing_twice()
    {
        await Erasure.AcceptAsync(identityMacs: Mac);
        await EraseAsync();
        await Erasure.CompleteAsync();
        await Erasure.CompleteAsync();

        Erasure.Events.Published.Count(detail => (string?)detail["request_status"] == "completed").ShouldBe(1);
    }

    /// <param name="heldUntil">What customers hold is kept until then.</param>
    private async Task EraseAsync(DateTimeOffset? heldUntil = null)
    {
        var wave = await Erasure.AdvanceAsync(await Erasure.PlanAsync(), ErasureHarness.Erased);
        await Erasure.AdvanceAsync(wave, task => heldUntil is { } until ? ErasureHarness.Exempt(task, until) : ErasureHarness.Erased(task));
    }
}
