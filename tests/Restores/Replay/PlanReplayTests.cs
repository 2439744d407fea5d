using System.Text.Json;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores.Replay;

public sealed class PlanReplayTests(DynamoDbLocalProcess dynamoDb) : ReplayFixture(dynamoDb)
{
    private const int LagSeconds = 60;

    [Fact]
    public async Task Those_not_yet_verified_come_first_then_those_of_whom_something_is_kept_then_those_verified_at_the_instant_or_later()
    {
        await SaveAsync(Sweeping());
        await OneOfEachAsync();

        var state = await PlanAsync();

        (state.Next, state.Selected, state.Position).ShouldBe((ReplaySteps.Replay, 4, null));
        (await SubjectsAsync(state)).ShouldBe(["ledger/open", "ledger/held", "ledger/at", "ledger/after"]);
        (await BatchesAsync(state)).ShouldAllBe(batch => batch.Target.VerifiedFrom == AsOfBackup);
    }

    [Fact]
    public async Task Where_nobody_knows_when_the_data_is_from_everyone_is_selected_who_may_be_replayed()
    {
        await SaveAsync(Sweeping() with { EffectiveAsOf = null });
        await OneOfEachAsync();

        (await SubjectsAsync(await PlanAsync())).ShouldBe(["ledger/open", "ledger/held", "ledger/before", "ledger/at", "ledger/after"]);
        (await RecordAsync()).MemoryReaches.ShouldBeTrue();
    }

    [Fact]
    public async Task Where_nobody_knows_when_the_data_is_from_the_ledger_has_forgotten_people_days_after_the_restore_unless_it_was_told_to_remember_them()
    {
        await SaveAsync(Sweeping() with { EffectiveAsOf = null });
        await AdvanceToAsync(Start.AddDays(1));
        await PlanAsync();
        var begun = await RecordAsync();
        begun.MemoryReaches.ShouldBeTrue();

        var remembered = Sweep(begun, new());
        await SaveAsync(remembered.BeginSweep(Now, failed: false));
        await AdvanceToAsync(Start.AddDays(36));
        await PlanAsync();
        (await RecordAsync()).MemoryReaches.ShouldBeTrue("every batch told the ledger to remember its people");

        await SaveAsync(Sweep(await RecordAsync(), new() { FailedBatches = 1 }).BeginSweep(Now, failed: true));
        await AdvanceToAsync(Start.AddDays(40));
        await PlanAsync();
        (await RecordAsync()).MemoryReaches.ShouldBeFalse("some batch may not have");

        await SaveAsync(Sweep(await RecordAsync(), new()).BeginSweep(Now, failed: false));
        await PlanAsync();
        (await RecordAsync()).MemoryReaches.ShouldBeFalse("who is forgotten is not remembered again");

        static RestoreRecord Sweep(RestoreRecord begun, ReplayCounts counts) => (begun with { Pass = 2 }).Add(0, counts).EndPass(begun.SweepStartedAt!.Value, TimeSpan.Zero);
    }

    [Fact]
    public async Task A_restore_that_is_begun_when_people_are_forgotten_is_not_clean_where_nobody_knows_when_the_data_is_from()
    {
        await SaveAsync(Sweeping() with { EffectiveAsOf = null });
        await AdvanceToAsync(Start.AddDays(3));

        await PlanAsync();

        (await RecordAsync()).MemoryReaches.ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_is_passed_over_because_their_datastore_is_no_longer_in_the_data_map()
    {
        await SaveAsync(Sweeping() with { Datastores = [Store, "retired"] });

        await Should.ThrowAsync<Functions.Erasure.DatastoreNotRegistered>(() => PlanAsync());
    }

    [Fact]
    public async Task Data_older_than_the_ledgers_memory_selects_everyone_and_is_never_clean()
    {
        await SaveAsync(Sweeping() with { EffectiveAsOf = Start.AddDays(-36) });
        await OneOfEachAsync();

        (await SubjectsAsync(await PlanAsync())).Count.ShouldBe(5);
        (await RecordAsync()).MemoryReaches.ShouldBeFalse();
    }

    [Fact]
    public async Task A_later_sweep_of_old_data_selects_as_the_first_did_though_the_ledgers_memory_moved_on()
    {
        var asOf = Start.AddDays(-34.5);
        await SaveAsync(Sweeping().BeginSweep(Start, failed: false) with { EffectiveAsOf = asOf, CleanAt = Start, WasReleased = true });
        await VerifyAsync("before", asOf.AddHours(-1), expires: Start.AddDays(40));
        await VerifyAsync("after", asOf.AddHours(1), expires: Start.AddDays(40));
        await AdvanceToAsync(Start.AddDays(1));

        (await SubjectsAsync(await PlanAsync())).ShouldBe(["ledger/after"]);
        (await RecordAsync()).MemoryReaches.ShouldBeTrue();
    }

    [Fact]
    public async Task Pages_go_on_exactly_where_the_one_before_ended()
    {
        await SaveAsync(Sweeping());
        var people = Enumerable.Range(0, 70).Select(number => $"{number:00}").ToList();
        await OpenAsync(people.Take(40));
        foreach (var person in people.Skip(40)) await VerifyAsync(person, Start);

        var pages = await AllPagesAsync(pageEntries: 30);

        pages.Select(page => page.Subjects.Count).ShouldBe([30, 30, 10]);
        pages.SelectMany(page => page.Subjects).ShouldBe(people.Select(person => $"ledger/{person}"), ignoreOrder: true);
        pages.SelectMany(page => page.Batches).ShouldAllBe(batch => batch.Subjects.Count <= 25);
        pages.SelectMany(page => page.Batches).Select(batch => batch.ReplayId).ShouldBeUnique();
        pages.Select(page => page.State.Page!.Key).ShouldBeUnique();
    }

    [Fact]
    public async Task A_repeated_invocation_writes_the_same_page_in_the_place_of_the_first()
    {
        await SaveAsync(Sweeping());
        await OpenAsync("a", "b", "c");
        var first = await PlanAsync(pageEntries: 2);
        var written = await LinesAsync(first);
        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(1), Cancellation);

        var again = await PlanAsync(pageEntries: 2);

        again.ShouldBe(first with { LookUps = again.LookUps });
        (await LinesAsync(again)).ShouldBe(written);
        Events.Statuses.ShouldBe(["in_progress"]);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    [InlineData("a", "b", "c")]
    public async Task Whoever_is_verified_between_two_pages_is_lost_to_none_of_them(params string[] verified)
    {
        await SaveAsync(Sweeping());
        await OpenAsync("a", "b", "c");
        await VerifyAsync("d", Start);

        var selected = new HashSet<string>();
        foreach (var page in await AllPagesAsync(pageEntries: 1, afterFirst: async () =>
        {
            foreach (var person in verified) await VerifyAsync(person, Now);
        })) selected.UnionWith(page.Subjects);

        selected.ShouldBe(["ledger/a", "ledger/b", "ledger/c", "ledger/d"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_later_pass_selects_what_changed_since_the_one_before_began_less_the_indexs_lag()
    {
        var began = Start.AddHours(1);
        await OpenAsync("long-open");
        await VerifyAsync("verified-long-ago", Start);
        await AdvanceToAsync(began.AddSeconds(-LagSeconds));
        await OpenAsync("opened-within-the-lag");
        await VerifyAsync("verified-within-the-lag", Now);
        await SaveAsync(Sweeping() with { Pass = 2, PreviousPassStartedAt = began, RegisteredAt = began });

        (await SubjectsAsync(await PlanAsync())).ShouldBe(["ledger/opened-within-the-lag", "ledger/verified-within-the-lag"]);
    }

    [Fact]
    public async Task A_later_pass_selects_of_those_who_are_held_who_came_to_be_so_since_whenever_their_exemption_ends()
    {
        var began = Start.AddHours(1);
        await OpenAsync("held-long-ago", "held-within-the-lag", "resumed-within-the-lag");
        await Ledger.HoldAsync(Store, "held-long-ago", Start.AddYears(1), Start, Cancellation);
        await Ledger.HoldAsync(Store, "resumed-within-the-lag", began, Start, Cancellation);
        await AdvanceToAsync(began.AddSeconds(-LagSeconds));
        await Ledger.HoldAsync(Store, "held-within-the-lag", Start.AddYears(1), Now, Cancellation);
        await OpenAsync("resumed-within-the-lag");
        await SaveAsync(Sweeping() with { Pass = 2, PreviousPassStartedAt = began, RegisteredAt = began });

        (await SubjectsAsync(await PlanAsync())).ShouldBe(["ledger/resumed-within-the-lag", "ledger/held-within-the-lag"]);
    }

    [Fact]
    public async Task An_erasure_that_began_once_the_copy_was_registered_is_no_business_of_later_passes_but_of_the_first()
    {
        await AdvanceToAsync(Start.AddSeconds(LagSeconds).AddMilliseconds(-1));
        await OpenAsync("in-doubt");
        await AdvanceToAsync(Start.AddSeconds(LagSeconds));
        await OpenAsync("has-a-task-on-the-copy");

        await SaveAsync(Sweeping());
        (await SubjectsAsync(await PlanAsync())).ShouldBe(["ledger/in-doubt", "ledger/has-a-task-on-the-copy"]);

        await SaveAsync((await RecordAsync()) with { Pass = 2, PassStartedAt = null, PreviousPassStartedAt = Start });
        (await SubjectsAsync(await PlanAsync())).ShouldBe(["ledger/in-doubt"]);
    }

    [Fact]
    public async Task What_is_exempt_is_taken_up_by_the_requests_of_those_who_are_held_or_have_a_task_on_the_copy_and_by_no_others()
    {
        await SaveAsync(Sweeping());
        await OneOfEachAsync();
        await AdvanceToAsync(Start.AddSeconds(LagSeconds));
        await OpenAsync("has-a-task-on-the-copy");

        var batches = await BatchesAsync(await PlanAsync());

        batches.Where(batch => batch.IsTakenUp).SelectMany(batch => batch.Subjects).ShouldBe(["ledger/has-a-task-on-the-copy", "ledger/held"]);
        batches.Where(batch => !batch.IsTakenUp).SelectMany(batch => batch.Subjects).ShouldBe(["ledger/open", "ledger/at", "ledger/after"]);
        batches.Select(batch => batch.ReplayId).ShouldBeUnique();
        (await RecordAsync()).MemoryDays.ShouldBe(35);
    }

    [Fact]
    public async Task Nobody_is_selected_in_a_datastore_that_cannot_be_replayed()
    {
        await SaveAsync(Sweeping() with { Datastores = [Store, "orders"], NotReplayed = ["orders"] });
        await OpenAsync("a");
        await Ledger.OpenAsync("orders", "b", [1], Cancellation);

        (await SubjectsAsync(await PlanAsync())).ShouldBe(["ledger/a"]);
    }

    [Fact]
    public async Task A_pass_that_adds_nobody_writes_no_page()
    {
        await SaveAsync(Sweeping());

        var state = await PlanAsync();

        (state.Next, state.Selected, state.Page).ShouldBe((ReplaySteps.Record, 0, null));
    }

    [Fact]
    public async Task An_execution_that_a_later_attempt_replaced_selects_nobody()
    {
        await SaveAsync(Sweeping() with { Attempt = 1 });
        await OpenAsync("a");

        (await PlanAsync()).Next.ShouldBe(ReplaySteps.End);
    }

    /// <summary>One entry in every state, named after it.</summary>
    private async Task OneOfEachAsync()
    {
        await OpenAsync("open");
        await VerifyAsync("before", AsOfBackup.AddMilliseconds(-1));
        await VerifyAsync("at", AsOfBackup);
        await VerifyAsync("after", AsOfBackup.AddMilliseconds(1));
        await OpenAsync("held", "void");
        await Ledger.HoldAsync(Store, "held", Start.AddYears(1), Start, Cancellation);
        await Ledger.VoidAsync(Store, "void", Cancellation);
        await VerifyAsync("expired", Start, expires: Start.AddSeconds(1));
        await AdvanceToAsync(Start.AddSeconds(1));
    }

    private Task<ReplayState> PlanAsync(string? position = null, int pageEntries = 100)
    {
        var plan = new PlanReplay(
            Restores, Ledger, new RetentionHistory(DynamoDb, Requests, Cloud.Time), RestoreSamples.DataMap, ReplayPages, StatusEvents, Cloud.Time, pageEntries);
        var input = new ReplayInput
        {
            RestoreId = RestoreName,
            Attempt = 0,
            PauseSeconds = LagSeconds,
            Position = position,
            Functions = new Dictionary<string, string> { [Store] = "arn:of:the:function" },
        };
        return plan.HandleAsync(input, Invocation, Cancellation);
    }

    private async Task<IReadOnlyList<PlannedPage>> AllPagesAsync(int pageEntries, Func<Task>? afterFirst = null)
    {
        var pages = new List<PlannedPage>();
        string? position = null;
        do
        {
            var state = await PlanAsync(position, pageEntries);
            if (position is null && afterFirst is not null) await afterFirst();
            if (state.Page is not null) pages.Add(new(state, await BatchesAsync(state)));
            position = state.Position;
        }
        while (position is not null);
        return pages;
    }

    private async Task<IReadOnlyList<string>> SubjectsAsync(ReplayState state) => [.. (await BatchesAsync(state)).SelectMany(batch => batch.Subjects)];

    private async Task<IReadOnlyList<ReplayBatch>> BatchesAsync(ReplayState state) =>
        [.. (await LinesAsync(state)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize(line, FunctionsJson.Default.ReplayBatch)!)];

    private async Task<string> LinesAsync(ReplayState state)
    {
        using var answer = await S3.GetObjectAsync(Pages, state.Page!.Key, Cancellation);
        using var reader = new StreamReader(answer.ResponseStream);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private sealed record PlannedPage(ReplayState State, IReadOnlyList<ReplayBatch> Batches)
    {
        public IReadOnlyList<string> Subjects => [.. Batches.SelectMany(batch => batch.Subjects)];
    }
}
