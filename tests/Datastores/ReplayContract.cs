using ServerlessGdpr.Functions.Datastores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores;

// What every kind of datastore must do in a restored copy of it.
public abstract partial class DatastoreContract
{
    private const int Older = 6, Newer = 9;
    private const string BeforeErasure = "2026-02-01T11:59:59.999Z", AtErasure = "2026-02-01T13:00:00+01:00", AfterErasure = "2026-02-01T13:00:00.001+01:00";
    private static readonly DateTimeOffset ErasedAt = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_replay_takes_exactly_the_subjects_from_the_target_and_leaves_the_registered_resource_alone()
    {
        await using var registered = await SeededAsync("1");
        await using var restored = await SeededAsync("1");
        var (before, others) = (await registered.ReadAllAsync(), await OthersAsync(restored, "1"));

        var erased = await registered.Open(To(restored)).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);
        var verified = await registered.Open(To(restored)).VerifyAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);

        Counts(erased).ShouldBe((Records, Records, 0, 0, 0));
        Counts(verified).ShouldBe((0, 0, 0, 0, 0));
        (await PersonalAsync(restored, "1")).ShouldBe(0);
        (await OthersAsync(restored, "1")).ShouldBe(others);
        (await registered.ReadAllAsync()).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task A_replay_takes_a_batch_of_people_at_once()
    {
        await using var registered = await CreateAsync(faults);
        await using var restored = await CreateAsync(faults);
        string[] people = [.. Enumerable.Range(0, 40).Select(number => $"c-{number}")];
        foreach (var person in people) await restored.SeedAsync(person, 3);
        await restored.SeedAsync("c-40", 3);
        await restored.SeedAsync("c-4", 3);
        var others = await OthersAsync(restored, people);

        var step = await registered.Open(To(restored)).EraseAsync(Subjects.Erased(ErasedAt, [.. people, "nobody"]), null, Cancellation);

        Counts(step).ShouldBe((123, 123, 0, 0, 0));
        (await restored.ReadAllAsync()).Where(record => record.Content.Contains(ITestDatastore.Personal)).ShouldAllBe(record => record.Owner == "c-40");
        (await OthersAsync(restored, people)).ShouldBe(others);
    }

    [Fact]
    public async Task Records_that_are_proven_newer_than_the_erasure_stay_and_those_as_old_as_it_go()
    {
        await using var registered = await CreateAsync(faults);
        await using var restored = await WithOlderAndNewerAsync();
        var subjects = Subjects.Erased(ErasedAt, "1");

        var erased = await registered.Open(To(restored)).EraseAsync(subjects, null, Cancellation);
        var after = await restored.ReadAllAsync();
        var verified = await registered.Open(To(restored)).VerifyAsync(subjects, null, Cancellation);
        var again = await registered.Open(To(restored)).EraseAsync(subjects, null, Cancellation);

        Counts(erased).ShouldBe((Older + Newer, Older, 0, Newer, 0));
        Counts(verified).ShouldBe((Newer, 0, 0, Newer, 0));
        Counts(again).ShouldBe((Newer, 0, 0, Newer, 0));
        (await PersonalAsync(restored, "1")).ShouldBe(Newer);
        (await restored.ReadAllAsync()).ShouldBe(after, ignoreOrder: true);
    }

    [Fact]
    public async Task A_request_knows_nothing_of_newer_records()
    {
        await using var store = await WithOlderAndNewerAsync();

        var step = await store.Open().EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);

        Counts(step).ShouldBe((Older + Newer, Older + Newer, 0, 0, 0));
    }

    [Fact]
    public async Task Of_several_erasures_of_a_person_the_last_counts_and_an_open_one_takes_everything()
    {
        await using var registered = await CreateAsync(faults);
        await using var restored = await WithOlderAndNewerAsync();
        var (first, last) = (Subjects.Erased(ErasedAt.AddDays(-9), "1"), Subjects.Erased(ErasedAt, "1"));

        var between = await registered.Open(To(restored)).VerifyAsync(first, null, Cancellation);
        var both = await registered.Open(To(restored)).EraseAsync([.. first, .. last, .. first], null, Cancellation);
        var open = await registered.Open(To(restored)).EraseAsync([.. first, .. Subjects.Erased(null, "1"), .. last], null, Cancellation);

        Counts(between).ShouldBe((Older + Newer, 0, 0, Older + Newer, 0));
        Counts(both).ShouldBe((Older + Newer, Older, 0, Newer, 0));
        Counts(open).ShouldBe((Newer, Newer, 0, 0, 0));
        (await PersonalAsync(restored, "1")).ShouldBe(0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("last year")]
    [InlineData("2999-01-01")]
    [InlineData("2999-01-01T00:00:00")]
    [InlineData("29990101")]
    [InlineData("")]
    public async Task Records_that_prove_nothing_are_erased_or_left_for_an_operator_as_the_target_says(string? created)
    {
        await using var registered = await CreateAsync(faults);
        await using var restored = await CreateAsync(faults);
        await restored.SeedAsync("1", Records, created);
        await restored.SeedAsync("2", 3, created);
        var before = await restored.ReadAllAsync();
        var (subjects, report) = (Subjects.Erased(ErasedAt, "1"), To(restored, UnprovenRecords.Report));

        Counts(await registered.Open(report).EraseAsync(subjects, null, Cancellation)).ShouldBe((Records, 0, 0, 0, Records));
        Counts(await registered.Open(report).VerifyAsync(subjects, null, Cancellation)).ShouldBe((Records, 0, 0, 0, Records));
        (await restored.ReadAllAsync()).ShouldBe(before, ignoreOrder: true);

        Counts(await registered.Open(To(restored)).VerifyAsync(subjects, null, Cancellation)).ShouldBe((Records, 0, Records, 0, 0));
        Counts(await registered.Open(To(restored)).EraseAsync(subjects, null, Cancellation)).ShouldBe((Records, Records, 0, 0, 0));
        Counts(await registered.Open(report).VerifyAsync(subjects, null, Cancellation)).ShouldBe((0, 0, 0, 0, 0));
    }

    [Fact]
    public async Task Seconds_since_the_epoch_prove_as_well()
    {
        await using var registered = await CreateAsync(faults);
        await using var restored = await CreateAsync(faults);
        await restored.SeedAsync("1", Older, "1769947200");
        await restored.SeedAsync("1", Newer, "1769947200.5");

        var step = await registered.Open(To(restored)).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);

        Counts(step).ShouldBe((Older + Newer, Older, 0, Newer, 0));
    }

    [Fact]
    public async Task A_killed_replay_is_completed_by_the_next_and_nothing_newer_is_touched()
    {
        for (var call = 1; ; call += 1 + (call / 2))
        {
            await using var registered = await CreateAsync(faults);
            await using var restored = await WithOlderAndNewerAsync();
            var fatal = call;
            faults.After = (number, _, answer) => number == fatal ? throw new ProcessKilled() : Task.FromResult(answer);

            var killed = await Record.ExceptionAsync(() => registered.Open(To(restored)).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation));
            faults.Reset();
            var step = await registered.Open(To(restored)).EraseAsync(Subjects.Erased(ErasedAt, "1"), null, Cancellation);

            (step.Remaining, step.Newer, step.Resume).ShouldBe((0, Newer, null));
            (await PersonalAsync(restored, "1")).ShouldBe(Newer);
            if (killed is null) return;
        }
    }

    [Fact]
    public async Task At_the_deadline_a_replay_stops_as_a_value_and_goes_on_without_losing_count()
    {
        for (var call = 1; ; call += 1 + (call / 2))
        {
            await using var registered = await CreateAsync(faults);
            await using var restored = await WithOlderAndNewerAsync();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var last = call;
            faults.After = async (number, _, answer) =>
            {
                if (number == last) await deadline.CancelAsync();
                return answer;
            };

            var step = await registered.Open(To(restored)).EraseAsync(Subjects.Erased(ErasedAt, "1", "2"), null, deadline.Token);
            var stopped = deadline.IsCancellationRequested;
            faults.Reset();
            if (step.Resume is { } resume) step = await registered.Open(To(restored)).EraseAsync(Subjects.Erased(ErasedAt, "1", "2"), resume, Cancellation);

            Counts(step).ShouldBe((Older + Newer + 3, Older + 3, 0, Newer, 0));
            step.Resume.ShouldBeNull();
            if (!stopped) return;
        }
    }

    private static (long Found, long Erased, long Remaining, long Newer, long Unproven) Counts(Step step) => (step.Found, step.Erased, step.Remaining, step.Newer, step.Unproven);

    private static Target To(ITestDatastore restored, string unproven = UnprovenRecords.Erase) => new() { Arn = restored.Entry.Location, Unproven = unproven };

    /// <summary>Someone who came back: records from before the erasure and from its very instant, and newer ones. And somebody else.</summary>
    private async Task<ITestDatastore> WithOlderAndNewerAsync()
    {
        var restored = await CreateAsync(faults);
        await restored.SeedAsync("1", Older / 2, BeforeErasure);
        await restored.SeedAsync("1", Newer, AfterErasure);
        await restored.SeedAsync("1", Older / 2, AtErasure);
        await restored.SeedAsync("2", 3, BeforeErasure);
        faults.Reset();
        return restored;
    }
}
