using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Erasure;

public sealed class RoundResultTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly ErasureTask Task = new()
    {
        RequestId = "r",
        Datastore = "customers",
        Kind = "dynamodb",
        Wave = 0,
        BackupRetentionDays = 35,
        State = TaskStates.Pending,
    };

    [Fact]
    public void A_strongly_consistent_zero_makes_the_task_final_and_verified()
    {
        var (task, wait) = Apply(Task, Round(erased: 3, remaining: 0));

        task.ShouldSatisfyAllConditions(
            () => task.State.ShouldBe(TaskStates.Final),
            () => task.Outcome.ShouldBe(Outcomes.Erased),
            () => task.VerifiedAt.ShouldBe(Now),
            () => (task.Found, task.Erased, task.Remaining).ShouldBe((3, 3, 0)));
        wait.ShouldBe(0);
    }

    [Fact]
    public void Nothing_found_and_nothing_left_is_not_found() =>
        Apply(Task, Round(erased: 0, remaining: 0)).Task.Outcome.ShouldBe(Outcomes.NotFound);

    [Fact]
    public void What_remains_is_tried_again_later_and_later_and_then_left_to_an_operator()
    {
        var waits = new List<int>();
        var task = Task;
        while (task.State == TaskStates.Pending)
        {
            (task, var wait) = Apply(task, Round(erased: 0, remaining: 2));
            waits.Add(wait);
        }

        task.ShouldSatisfyAllConditions(() => task.State.ShouldBe(TaskStates.Waiting), () => task.Error.ShouldBe("RecordsRemain"));
        waits.ShouldBe([5, 10, 20, 40, 80, 0]);
    }

    [Fact]
    public void One_zero_from_an_index_proves_nothing_and_two_in_a_row_do()
    {
        var (once, wait) = Apply(Task, Round(erased: 4, remaining: 0, confirmAfter: 30));
        var (twice, _) = Apply(once, Round(erased: 0, remaining: 0, confirmAfter: 30));

        (once.State, wait).ShouldBe((TaskStates.Pending, 30));
        (twice.State, twice.Outcome, twice.Erased).ShouldBe((TaskStates.Final, Outcomes.Erased, 4));
    }

    [Fact]
    public void A_record_that_shows_up_between_two_zero_reads_starts_the_count_again()
    {
        var (once, _) = Apply(Task, Round(erased: 4, remaining: 0, confirmAfter: 30));
        var (late, _) = Apply(once, Round(erased: 1, remaining: 0, confirmAfter: 30));
        var (done, _) = Apply(late, Round(erased: 0, remaining: 0, confirmAfter: 30));

        late.State.ShouldBe(TaskStates.Pending);
        (done.State, done.Erased).ShouldBe((TaskStates.Final, 5));
    }

    [Fact]
    public void A_failed_task_waits_and_shows_only_the_name_of_the_failure()
    {
        var (task, _) = Apply(Task, new TaskResult { Datastore = "customers", Failure = new Failure { Error = "DatastoreAccessDenied" } });

        (task.State, task.Error).ShouldBe((TaskStates.Waiting, "DatastoreAccessDenied"));
    }

    [Fact]
    public void What_was_erased_before_a_failure_is_counted()
    {
        var result = new TaskResult
        {
            Datastore = "customers",
            Erase = new PartialAnswer { Outcome = Outcomes.Erased, Erased = 500 },
            Failure = new Failure { Error = "DatastoreUnavailable" },
        };

        var (task, _) = Apply(Task, result);

        (task.State, task.Erased, task.Found).ShouldBe((TaskStates.Waiting, 500, 500));
    }

    [Fact]
    public void A_person_who_keeps_coming_back_into_an_index_is_left_to_an_operator()
    {
        var task = Task;
        while (task.State == TaskStates.Pending) (task, _) = Apply(task, Round(erased: 1, remaining: 0, confirmAfter: 30));

        (task.State, task.Error, task.Rounds).ShouldBe((TaskStates.Waiting, "RecordsRemain", RoundResult.MaxRounds));
    }

    [Fact]
    public void Unreachable_is_final_and_never_verified()
    {
        var (task, _) = Apply(Task, new TaskResult
        {
            Datastore = "customers",
            Erase = new PartialAnswer { Outcome = Outcomes.Unreachable },
            Verify = new PartialAnswer { Outcome = Outcomes.Unreachable, Needs = ["customer_id"] },
        });

        (task.State, task.Outcome, task.VerifiedAt).ShouldBe((TaskStates.Final, Outcomes.Unreachable, null));
        task.Needs.ShouldBe(["customer_id"]);
    }

    [Fact]
    public void Kept_records_make_the_outcome_exempt_until_their_date()
    {
        var until = Now.AddYears(1);
        var (task, _) = Apply(Task, new TaskResult
        {
            Datastore = "customers",
            Erase = new PartialAnswer { Outcome = Outcomes.Exempt, Erased = 2, Exempt = 1, ExemptUntil = until },
            Verify = new PartialAnswer { Outcome = Outcomes.Exempt, Exempt = 1, ExemptUntil = until },
        });

        (task.Outcome, task.Found, task.Erased, task.Exempt, task.ExemptUntil).ShouldBe((Outcomes.Exempt, 3, 2, 1, until));
    }

    [Fact]
    public void An_answer_that_never_came_is_never_taken_for_zero()
    {
        var (task, wait) = Apply(Task, new TaskResult { Datastore = "customers" });

        (task.State, wait).ShouldBe((TaskStates.Pending, 5));
    }

    [Fact]
    public void A_dry_run_counts_and_claims_no_erasure()
    {
        var result = new TaskResult { Datastore = "customers", Verify = new PartialAnswer { Outcome = Outcomes.Remaining, Found = 7, Remaining = 7 } };

        var (task, _) = RoundResult.Apply(Task, result, dryRun: true, Now);

        (task.State, task.Outcome, task.Found, task.Erased, task.VerifiedAt).ShouldBe((TaskStates.Final, TaskOutcomes.WouldErase, 7, 0, null));
    }

    [Fact]
    public void A_dry_run_tells_what_an_exemption_would_keep()
    {
        var result = new TaskResult { Datastore = "customers", Verify = new PartialAnswer { Outcome = Outcomes.Exempt, Found = 2, Exempt = 2 } };

        RoundResult.Apply(Task, result, dryRun: true, Now).Task.Outcome.ShouldBe(Outcomes.Exempt);
    }

    private static (ErasureTask Task, int Wait) Apply(ErasureTask task, TaskResult result) => RoundResult.Apply(task, result, dryRun: false, Now);

    private static TaskResult Round(long erased, long remaining, int confirmAfter = 0) => new()
    {
        Datastore = "customers",
        Erase = new PartialAnswer { Outcome = erased > 0 ? Outcomes.Erased : Outcomes.NotFound, Found = erased, Erased = erased },
        Verify = new PartialAnswer
        {
            Outcome = remaining > 0 ? Outcomes.Remaining : Outcomes.NotFound,
            Found = remaining,
            Remaining = remaining,
            ConfirmAfterSeconds = confirmAfter,
        },
    };
}
