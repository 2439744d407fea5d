using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Erasure;

public sealed class SettlementTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Evening = Noon.AddHours(8);

    [Theory]
    [InlineData(TaskStates.Pending)]
    [InlineData(TaskStates.Waiting)]
    public void Nothing_is_settled_before_the_last_task_is_final(string state) =>
        Settlement.Of([Verified(Noon), Task() with { State = state }], Evening).ShouldBeNull();

    [Fact]
    public void The_last_verification_counts() =>
        Settlement.Of([Verified(Evening), Verified(Noon) with { Outcome = Outcomes.NotFound }], Evening)
            .ShouldBe(new Settlement.Verified(Evening, Evening.AddDays(35)));

    [Fact]
    public void Something_exempt_in_either_holds_the_entry_until_the_first_of_it_may_be_erased() =>
        Settlement.Of([Exempt(Evening.AddDays(9)), Exempt(Evening.AddDays(3)), Verified(Noon), Closed()], Evening)
            .ShouldBe(new Settlement.Held(Evening.AddDays(3), VerifiedAt: null), "what an operator closed was not verified");

    [Fact]
    public void What_is_held_was_verified_but_for_what_is_exempt_when_the_last_task_was() =>
        Settlement.Of([Exempt(Evening.AddDays(9)), Verified(Evening)], Evening).ShouldBe(new Settlement.Held(Evening.AddDays(9), Evening));

    [Fact]
    public void One_that_an_operator_closed_leaves_it_unverified_for_as_long_as_a_backup_of_any_may_be_kept() =>
        Settlement.Of([Verified(Noon), Closed()], Evening).ShouldBe(new Settlement.Unverified(Evening.AddDays(35)));

    [Fact]
    public void It_is_forgotten_only_when_no_task_reached_anything()
    {
        var unreachable = Task() with { State = TaskStates.Final, Outcome = Outcomes.Unreachable };

        Settlement.Of([unreachable, unreachable], Evening).ShouldBe(new Settlement.Untouched());
        Settlement.Of([unreachable, Verified(Noon)], Evening).ShouldBeOfType<Settlement.Unverified>();
    }

    [Fact]
    public void Without_tasks_there_is_nothing_to_settle() => Settlement.Of([], Noon).ShouldBeNull();

    private static ErasureTask Verified(DateTimeOffset at) => Task() with { State = TaskStates.Final, Outcome = Outcomes.Erased, VerifiedAt = at };

    private static ErasureTask Exempt(DateTimeOffset until) => Verified(Noon) with { Outcome = Outcomes.Exempt, ExemptUntil = until };

    private static ErasureTask Closed() => Task() with { State = TaskStates.Final, Outcome = TaskOutcomes.Closed };

    private static ErasureTask Task() => new()
    {
        RequestId = "r",
        Datastore = "customers",
        Kind = "dynamodb",
        Wave = 0,
        BackupRetentionDays = 35,
        State = TaskStates.Pending,
    };
}
