using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Replay;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores.Replay;

public sealed class ReplayProgressTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(1);

    private static readonly RestoreRecord Sweeping = Record().BeginSweep(Now, failed: false) with { PassStartedAt = Now, SweepStartedAt = Now };

    [Fact]
    public void Even_a_first_pass_that_selects_nobody_is_followed_by_another_once_the_index_has_caught_up()
    {
        var next = Sweeping.Add(0, new()).EndPass(Now, Lag);

        next.Next.ShouldBe(ReplaySteps.Wait);
        next.NotBefore.ShouldBe(Now + Lag);
        (next.Pass, next.PreviousPassStartedAt, next.PassStartedAt, next.PassSelected).ShouldBe((2, Now, null, 0));
    }

    [Fact]
    public void Passes_go_on_until_one_adds_nobody()
    {
        var third = Pass(Pass(Sweeping, 5), 1);
        third.Pass.ShouldBe(3);
        third.Next.ShouldBe(ReplaySteps.Wait);

        Pass(third, 0).Next.ShouldBe(ReplaySteps.Release);
        Pass(third, 0).Counts.Selected.ShouldBe(6);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void What_a_sweep_leaves_is_the_next_ones_and_after_three_an_operators(long remaining, long failed)
    {
        var record = Sweeping;
        foreach (var pause in new[] { 5, 10 })
        {
            record = Sweep(record, new ReplayCounts { Remaining = remaining, FailedBatches = failed });
            record.Next.ShouldBe(ReplaySteps.Wait);
            record.NotBefore.ShouldBe(Now.AddMinutes(pause));
            record.Pass.ShouldBe(1);
            record.Counts.ShouldBe(new ReplayCounts());
        }

        record = Sweep(record, new ReplayCounts { Remaining = remaining, FailedBatches = failed });
        (record.Next, record.OperatorReason, record.Sweep).ShouldBe((ReplaySteps.Ask, ReplayReasons.RecordsRemain, 3));
    }

    [Fact]
    public void A_sweep_that_leaves_nothing_makes_good_for_those_that_did() =>
        Sweep(Sweep(Sweeping, new ReplayCounts { Remaining = 1 }), new()).Next.ShouldBe(ReplaySteps.Release);

    [Fact]
    public void Records_that_nothing_proves_are_an_operators_until_one_decided()
    {
        var asked = Sweep(Sweeping, new ReplayCounts { Unproven = 2 });
        (asked.Next, asked.OperatorReason).ShouldBe((ReplaySteps.Ask, ReplayReasons.RecordsUnproven));

        var kept = asked.Decide(new RestoreDecision { Kind = "keep" }, Now)!;
        kept.UnprovenDecision.ShouldBe(UnprovenRecords.Report);
        Sweep(kept, new ReplayCounts { Unproven = 2 }).Next.ShouldBe(ReplaySteps.Release);
        asked.Decide(new RestoreDecision { Kind = "erase" }, Now)!.UnprovenDecision.ShouldBe(UnprovenRecords.Erase);
    }

    [Fact]
    public void What_is_locked_in_the_restored_resource_alone_is_never_clean_and_an_operators_after_three_sweeps()
    {
        var locked = new ReplayCounts { Exempt = 2, ExemptUntil = Now.AddDays(9) };
        var again = Sweep(Sweep(Sweeping, locked), locked);
        (again.Next, again.Sweep, again.Counts).ShouldBe((ReplaySteps.Wait, 3, new ReplayCounts()), "an erasure that is under way may be held by then");

        var asked = Sweep(again, locked);
        (asked.Next, asked.OperatorReason, asked.Counts.Exempt, asked.Counts.ExemptUntil).ShouldBe((ReplaySteps.Ask, ReplayReasons.RecordsExempt, 2, Now.AddDays(9)));
        Sweep(asked.Decide(new RestoreDecision { Kind = "retry" }, Now)!, new()).Next.ShouldBe(ReplaySteps.Release);
    }

    [Fact]
    public void The_first_of_several_locks_is_the_one_to_wait_for() =>
        Sweeping.Add(1, new() { Exempt = 1, ExemptUntil = Now.AddDays(9) }).Add(1, new() { Exempt = 2, ExemptUntil = Now.AddDays(3) }).Add(1, new())
            .Counts.ShouldBe(new ReplayCounts { Selected = 3, Exempt = 3, ExemptUntil = Now.AddDays(3) });

    [Theory]
    [InlineData(ReplayReasons.RecordsExempt, 9 * 24, 35, 9 * 24)]
    [InlineData(ReplayReasons.RecordsExempt, 9 * 24, 7, 7 * 24)]
    [InlineData(ReplayReasons.RecordsExempt, 5000, 400, 30 * 24)]
    [InlineData(ReplayReasons.RecordsExempt, 5000, null, 30 * 24)]
    [InlineData(ReplayReasons.RecordsExempt, -5, 35, 1)]
    [InlineData(ReplayReasons.RecordsExempt, null, 7, 7 * 24)]
    [InlineData(ReplayReasons.RecordsRemain, 9 * 24, 35, 30 * 24)]
    [InlineData(ReplayReasons.RecordsRemain, 9 * 24, 7, 7 * 24)]
    public void An_answer_is_waited_for_until_the_lock_ends_or_the_ledger_might_forget_and_for_a_month_at_most(string reason, int? lockHours, int? memoryDays, int hours)
    {
        var asking = Sweeping with { OperatorReason = reason, MemoryDays = memoryDays, Counts = new() { Exempt = 1, ExemptUntil = lockHours is { } ends ? Now.AddHours(ends) : null } };

        asking.AskFor(Now).ShouldBe(TimeSpan.FromHours(hours), TimeSpan.FromSeconds(2));
        if (reason == ReplayReasons.RecordsExempt && hours == lockHours) asking.AskFor(Now).ShouldBeGreaterThan(TimeSpan.FromHours(hours));
    }

    [Fact]
    public void A_datastore_that_cannot_be_replayed_is_an_operators_when_the_others_are_clean_and_looked_at_anew_when_one_retries()
    {
        var asked = Sweep(Sweeping with { NotReplayed = ["logs"], Obstacle = "kind_not_handled" }, new ReplayCounts { Erased = 4 });
        (asked.Next, asked.OperatorReason).ShouldBe((ReplaySteps.Ask, "kind_not_handled"));

        asked.Decide(new RestoreDecision { Kind = "retry" }, Now)!.Next.ShouldBe(ReplaySteps.Begin);
        asked.Decide(new RestoreDecision { Kind = "close", Reason = "erased_by_hand" }, Now)!.Declare(Now).Status.ShouldBe(RestoreStatuses.CleanedIncompletely);
    }

    [Fact]
    public void Data_older_than_the_ledgers_memory_is_never_clean()
    {
        var asked = Sweep(Sweeping with { MemoryReaches = false }, new ReplayCounts { Erased = 4 });
        (asked.Next, asked.OperatorReason).ShouldBe((ReplaySteps.Ask, ReplayReasons.MemoryTooShort));

        var closed = asked.Decide(new RestoreDecision { Kind = "close", Reason = "accepted_by_dpo" }, Now)!;
        closed.Next.ShouldBe(ReplaySteps.Release);
        var declared = closed.Declare(Now);
        (declared.Status, declared.Next, declared.CleanAt).ShouldBe((RestoreStatuses.CleanedIncompletely, ReplaySteps.End, null));
    }

    [Fact]
    public void An_announcement_that_came_meanwhile_is_resolved_before_the_restore_is_clean() =>
        Sweep(Sweeping with { SelectAgain = true }, new()).Next.ShouldBe(ReplaySteps.Begin);

    [Fact]
    public void Not_even_one_that_came_after_the_last_pass_is_left_out()
    {
        var ended = Sweep(Sweeping with { QuarantinedAt = Now }, new()) with { SelectAgain = true };

        var declared = ended.Declare(Now);

        (declared.Next, declared.Status, declared.CleanAt, declared.QuarantinedAt, declared.WasReleased).ShouldBe(
            (ReplaySteps.Begin, RestoreStatuses.InProgress, null, null, false), "the quarantine that was lifted is put again");
        (ended with { Reason = "accepted_by_dpo" }).Declare(Now).Status.ShouldBe(RestoreStatuses.CleanedIncompletely, "an operator closed it");
    }

    [Fact]
    public void A_sweep_that_took_longer_than_the_memory_it_extended_is_followed_by_another()
    {
        var late = Now + ReplayProgress.MemoryMargin + TimeSpan.FromSeconds(1);

        var next = (Sweeping with { Pass = 2 }).Add(0, new()).EndPass(late, Lag);

        (next.Next, next.Sweep, next.Pass).ShouldBe((ReplaySteps.Select, 2, 1));
    }

    [Fact]
    public void A_clean_restore_is_looked_at_again_after_an_hour_and_after_a_day_and_then_left_alone()
    {
        var first = Sweep(Sweeping, new()).Declare(Now);
        (first.Status, first.CleanAt, first.Next, first.NotBefore).ShouldBe((RestoreStatuses.Clean, Now, ReplaySteps.Wait, Now.AddHours(1)));

        var second = Sweep(first, new());
        (second.Next, second.NotBefore, second.CleanAt).ShouldBe((ReplaySteps.Wait, Now.AddHours(23), Now));
        var ended = Sweep(second, new());
        (ended.Next, ended.SweepStartedAt).ShouldBe((ReplaySteps.End, null), "no sweep of it has broken off");
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 1)]
    public void A_finding_of_a_later_sweep_reopens_the_restore_which_is_declared_clean_anew(long erased, long remaining, long failed)
    {
        var clean = Sweep(Sweeping, new()).Declare(Now);

        var found = clean.Add(3, new ReplayCounts { Erased = erased, Remaining = remaining, FailedBatches = failed });
        (found.Status, found.CleanAt).ShouldBe((RestoreStatuses.InProgress, null));

        var again = Sweep(found with { Pass = 2, Counts = new() }, new());
        again.Next.ShouldBe(ReplaySteps.Release);
        again.Declare(Now.AddHours(2)).CleanAt.ShouldBe(Now.AddHours(2));
    }

    [Fact]
    public void A_clean_restore_that_needed_an_operator_since_is_clean_again_when_nothing_is_left()
    {
        var clean = Sweep(Sweeping, new()).Declare(Now);
        var asked = Sweep(clean with { FailedSweeps = 2 }, new ReplayCounts { FailedBatches = 1 }) with { Status = RestoreStatuses.Waiting };
        var retried = asked.Decide(new RestoreDecision { Kind = "retry" }, Now)!;
        (retried.Status, retried.CleanAt).ShouldBe((RestoreStatuses.InProgress, Now));

        var again = Sweep(retried, new());

        (again.Status, again.CleanAt, again.OperatorReason, again.Next, again.LaterSweeps).ShouldBe((RestoreStatuses.Clean, Now, null, ReplaySteps.Wait, 1));
    }

    [Theory]
    [InlineData("close")]
    [InlineData("forget")]
    public void A_decision_that_says_nothing_to_do_leaves_the_operator_asked(string kind) =>
        Sweep(Sweeping, new ReplayCounts { Unproven = 1 }).Decide(new RestoreDecision { Kind = kind }, Now).ShouldBeNull();

    [Fact]
    public void A_restore_that_could_not_be_resolved_is_read_anew_when_an_operator_says_so()
    {
        var waiting = Record() with { IsResolved = false, Status = RestoreStatuses.Waiting, OperatorReason = "name_not_reachable", TaskToken = "token" };

        var retried = waiting.Decide(new RestoreDecision { Kind = "retry" }, Now)!;

        (retried.Next, retried.Status, retried.OperatorReason, retried.TaskToken).ShouldBe((ReplaySteps.Begin, RestoreStatuses.InProgress, null, null));
        waiting.Decide(new RestoreDecision { Kind = "close", Reason = "test_data" }, Now)!.Declare(Now).Status.ShouldBe(RestoreStatuses.Ended);
    }

    /// <summary>A whole sweep with these counts, from wherever the record stands in it.</summary>
    private static RestoreRecord Sweep(RestoreRecord record, ReplayCounts counts) =>
        (record with { Pass = 2, PassSelected = 0, SweepStartedAt = Now }).Add(0, counts).EndPass(Now, Lag);

    private static RestoreRecord Pass(RestoreRecord record, long selected) => (record with { PassStartedAt = Now }).Add(selected, new()).EndPass(Now, Lag);

    private static RestoreRecord Record() => new()
    {
        RestoreId = "copy-0123456789abcdef",
        Restore = new Restore
        {
            AnnouncedBy = Announcers.CloudTrail,
            Account = "000000000000",
            Region = "eu-west-1",
            Service = "dynamodb",
            AsOf = AsOf.Known(Now.AddDays(-1), AsOfConfidence.Stated),
            StartedAt = Now,
            AnnouncedAt = Now,
        },
        Datastores = ["customers"],
        Status = RestoreStatuses.InProgress,
        IsResolved = true,
    };
}
