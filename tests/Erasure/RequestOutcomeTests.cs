using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Erasure;

public sealed class RequestOutcomeTests
{
    private static readonly DateTimeOffset Verified = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(RequestStatuses.Completed, Outcomes.Erased, Outcomes.NotFound)]
    [InlineData(RequestStatuses.PartiallyCompleted, Outcomes.Erased, Outcomes.Unreachable)]
    [InlineData(RequestStatuses.PartiallyCompleted, Outcomes.Erased, Outcomes.Exempt)]
    [InlineData(RequestStatuses.PartiallyCompleted, Outcomes.NotFound, TaskOutcomes.Closed)]
    [InlineData(RequestStatuses.Failed, Outcomes.Unreachable, TaskOutcomes.Closed)]
    public void The_status_claims_no_more_than_the_tasks_do(string status, string one, string other) =>
        RequestOutcome.StatusOf([Of(one), Of(other)]).ShouldBe(status);

    [Fact]
    public void Without_tasks_nothing_was_completed() => RequestOutcome.StatusOf([]).ShouldBe(RequestStatuses.Failed);

    [Fact]
    public void The_last_backup_ages_out_when_the_longest_kept_does() =>
        RequestOutcome.BackupsExpireBy([Of(Outcomes.Erased), Of(Outcomes.NotFound) with { BackupRetentionDays = 90 }]).ShouldBe(new DateOnly(2027, 2, 21));

    [Theory]
    [InlineData(Outcomes.Exempt)]
    [InlineData(TaskOutcomes.Closed)]
    [InlineData(Outcomes.Unreachable)]
    public void No_day_is_named_while_something_may_go_on_into_new_backups(string outcome) =>
        RequestOutcome.BackupsExpireBy([Of(Outcomes.Erased), Of(outcome)]).ShouldBeNull();

    private static ErasureTask Of(string outcome) => new()
    {
        RequestId = "r",
        Datastore = "customers",
        Kind = "dynamodb",
        Wave = 0,
        BackupRetentionDays = 35,
        State = TaskStates.Final,
        Outcome = outcome,
        VerifiedAt = Verified,
    };
}
