using ServerlessGdpr.Functions.Datastores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores;

/// <summary>What every kind of datastore must do, however it stores its records.</summary>
public abstract partial class DatastoreContract
{
    private const int Records = 30;
    private static readonly string[] Others = ["10", "100", "2", "ada", "Аda", "Ada Lovelace", "e\u0301", "１", "..", "%", "1-", "\U0001F600"];
    private static readonly string[] Hostile =
    [
        "", " ", "*", "1*", "%", "_", ".", "..", "../", "../2", "1/", "1/orders", "1#", "1#orders", "/", "#", "01", "1.0", "1e1",
        "+10", " 10", "10 ", "10\0", "１0", "ADA", "Ada", "аda", "a\u200bda", "\u00e9", "{customer_id}", ":v0", "' OR '1'='1",
        "</Key>", "\ud83d",
    ];
    private readonly Faults faults = new();

    private protected abstract Task<ITestDatastore> CreateAsync(Faults faults);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erasing_takes_exactly_the_subjects_records_and_leaves_others_byte_identical()
    {
        await using var store = await SeededAsync("1");
        var others = await OthersAsync(store, "1");

        var step = await store.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        step.ShouldSatisfyAllConditions(
            () => step.Found.ShouldBe(Records),
            () => step.Erased.ShouldBe(Records),
            () => step.Remaining.ShouldBe(0),
            () => step.Resume.ShouldBeNull(),
            () => step.Unreachable.ShouldBeFalse());
        (await PersonalAsync(store, "1")).ShouldBe(0);
        (await OthersAsync(store, "1")).ShouldBe(others);
    }

    [Fact]
    public async Task Verifying_counts_what_is_there_and_changes_nothing()
    {
        await using var store = await SeededAsync("1");
        var before = await store.ReadAllAsync();

        var step = await store.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation);

        step.Remaining.ShouldBe(Records);
        step.Found.ShouldBe(Records);
        step.Erased.ShouldBe(0);
        (await store.ReadAllAsync()).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task Verifying_after_erasing_counts_zero()
    {
        await using var store = await SeededAsync("1");
        await store.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        var step = await store.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation);

        (step.Found, step.Remaining, step.Resume).ShouldBe((0, 0, null));
    }

    [Fact]
    public async Task Erasing_twice_finds_nothing_the_second_time()
    {
        await using var store = await SeededAsync("1");
        await store.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);
        var after = await store.ReadAllAsync();

        var again = await store.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

        (again.Found, again.Erased, again.Remaining).ShouldBe((0, 0, 0));
        (await store.ReadAllAsync()).ShouldBe(after, ignoreOrder: true);
    }

    [Fact]
    public async Task Several_subjects_are_erased_in_one_call()
    {
        await using var store = await SeededAsync("1");
        var others = await OthersAsync(store, "1", "10", "2", "ada");

        var step = await store.Open().EraseAsync(Subjects.Of("1", "10", "nobody", "2", "ada", "1"), null, Cancellation);

        step.Erased.ShouldBe(Records + 6);
        (await PersonalAsync(store, "1", "10", "2", "ada")).ShouldBe(0);
        (await OthersAsync(store, "1", "10", "2", "ada")).ShouldBe(others);
    }

    [Fact]
    public async Task A_person_nobody_knows_is_found_zero_times_and_not_unreachable()
    {
        await using var store = await SeededAsync("1");

        var step = await store.Open().EraseAsync(Subjects.Of("nobody"), null, Cancellation);

        (step.Found, step.Unreachable).ShouldBe((0, false));
    }

    [Fact]
    public async Task Identities_of_types_and_formats_that_no_key_holds_are_unreachable()
    {
        await using var store = await SeededAsync("1");
        var before = await store.ReadAllAsync();
        IReadOnlyList<Subject> subjects = [new("vault/1", [new("email", "1", "raw"), new("customer_id", "1", "sha256")])];

        (await store.Open().EraseAsync(subjects, null, Cancellation)).Unreachable.ShouldBeTrue();
        (await store.Open().VerifyAsync(subjects, null, Cancellation)).Unreachable.ShouldBeTrue();
        (await store.ReadAllAsync()).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task A_hostile_identity_takes_only_what_is_exactly_its_own()
    {
        await using var store = await SeededAsync("1");
        foreach (var hostile in Hostile)
        {
            var others = await OthersAsync(store, hostile);

            var step = await store.Open().EraseAsync(Subjects.Of(hostile), null, Cancellation);

            step.Found.ShouldBe(Others.Contains(hostile) ? 2 : 0, hostile);
            (await OthersAsync(store, hostile)).ShouldBe(others, hostile);
            var verified = await store.Open().VerifyAsync(Subjects.Of(hostile), null, Cancellation);

            // A value that can be no key is not claimed to be clean, by either.
            (verified.Remaining, verified.Unreachable).ShouldBe((0, step.Unreachable), hostile);
        }
    }

    [Fact]
    public async Task An_over_long_identity_matches_nothing()
    {
        await using var store = await SeededAsync("1");
        var before = await store.ReadAllAsync();

        var step = await store.Open().EraseAsync(Subjects.Of(new string('1', 1024), new string('1', 2049), new string('1', 100_000)), null, Cancellation);

        step.Found.ShouldBe(0);
        (await store.ReadAllAsync()).ShouldBe(before, ignoreOrder: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_killed_erasure_is_completed_by_the_next_and_nobody_else_is_touched(bool afterTheEffect)
    {
        for (var call = 1; ; call += 1 + (call / 4))
        {
            await using var store = await SeededAsync("1", ["10", "ada"]);
            var others = await OthersAsync(store, "1");
            var fatal = call;
            if (afterTheEffect) faults.After = (number, _, answer) => number == fatal ? throw new ProcessKilled() : Task.FromResult(answer);
            else faults.Before = (number, _) => number == fatal ? throw new ProcessKilled() : Task.FromResult<HttpResponseMessage?>(null);

            var killed = await Record.ExceptionAsync(() => store.Open().EraseAsync(Subjects.Of("1"), null, Cancellation));
            var callsMade = faults.Calls;
            faults.Reset();
            var step = await store.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);

            step.Erased.ShouldBeInRange(0, Records);
            step.Resume.ShouldBeNull();
            (await PersonalAsync(store, "1")).ShouldBe(0);
            (await OthersAsync(store, "1")).ShouldBe(others);
            if (killed is null)
            {
                call.ShouldBeGreaterThan(callsMade);
                return;
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task At_the_deadline_an_erasure_stops_as_a_value_and_goes_on_without_losing_count(bool afterTheEffect)
    {
        for (var call = 1; ; call += 1 + (call / 4))
        {
            await using var store = await SeededAsync("1", ["10", "ada"]);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var last = call;
            if (afterTheEffect) faults.After = async (number, _, answer) => await StopAtAsync(number, answer);
            else faults.Before = async (number, _) => await StopAtAsync<HttpResponseMessage?>(number, null);

            var step = await store.Open().EraseAsync(Subjects.Of("1"), null, deadline.Token);
            var stopped = deadline.IsCancellationRequested;
            faults.Reset();
            if (step.Resume is { } resume) step = await store.Open().EraseAsync(Subjects.Of("1"), resume, Cancellation);

            (step.Found, step.Erased, step.Remaining, step.Resume).ShouldBe((Records, Records, 0, null));
            (await PersonalAsync(store, "1")).ShouldBe(0);
            if (!stopped) return;

            async Task<T> StopAtAsync<T>(int number, T result)
            {
                if (number == last) await deadline.CancelAsync();
                return result;
            }
        }
    }

    [Fact]
    public async Task Resume_state_of_other_keys_is_not_followed()
    {
        await using var store = await SeededAsync("1");
        using var deadline = new CancellationTokenSource();
        faults.After = async (_, _, answer) =>
        {
            await deadline.CancelAsync();
            return answer;
        };
        var first = await store.Open().EraseAsync(Subjects.Of("nobody", "1"), null, deadline.Token);
        faults.Reset();

        var step = await store.Open().EraseAsync(Subjects.Of("1"), first.Resume.ShouldNotBeNull(), Cancellation);

        step.Resume.ShouldBeNull();
        (await PersonalAsync(store, "1")).ShouldBe(0);
    }

    private async Task<ITestDatastore> SeededAsync(string person, params string[] others)
    {
        var store = await CreateAsync(faults);
        await store.SeedAsync(person, Records);
        foreach (var other in others is [] ? Others : others) await store.SeedAsync(other, 2);
        faults.Reset();
        return store;
    }

    private static async Task<int> PersonalAsync(ITestDatastore store, params string[] people) =>
        (await store.ReadAllAsync()).Count(record => people.Contains(record.Owner) && record.Content.Contains(ITestDatastore.Personal, StringComparison.Ordinal));

    private static async Task<IReadOnlyList<StoredRecord>> OthersAsync(ITestDatastore store, params string[] people) =>
        [.. (await store.ReadAllAsync()).Where(record => !people.Contains(record.Owner)).OrderBy(record => record.Name, StringComparer.Ordinal)];
}
