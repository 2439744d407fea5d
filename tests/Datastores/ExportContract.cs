using System.Net;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Tests.Exports;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores;

/// <summary>What every kind must do when a person asks for their data.</summary>
public abstract partial class DatastoreContract
{
    [Fact]
    public async Task Exporting_hands_over_exactly_the_subjects_records_and_changes_nothing()
    {
        await using var store = await SeededAsync("1");
        var before = await store.ReadAllAsync();
        var sink = new MemorySink();

        var step = await store.Open().ExportAsync(Subjects.Of("1"), null, sink, Cancellation);

        (step.Resume, step.Unreachable).ShouldBe((null, false));
        sink.Records.Select(store.Stored).ShouldBe(Exported(store, before, "1"), ignoreOrder: true);
        (await store.ReadAllAsync()).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task Several_subjects_are_exported_in_one_call_each_record_once()
    {
        await using var store = await SeededAsync("1");
        var sink = new MemorySink();

        await store.Open().ExportAsync(Subjects.Of("1", "10", "nobody", "ada", "1"), null, sink, Cancellation);

        sink.Records.Select(store.Stored).ShouldBe(Exported(store, await store.ReadAllAsync(), "1", "10", "ada"), ignoreOrder: true);
    }

    [Fact]
    public async Task Of_a_person_nobody_knows_nothing_is_exported_and_an_identity_that_no_key_holds_is_unreachable()
    {
        await using var store = await SeededAsync("1");
        var sink = new MemorySink();

        var nobody = await store.Open().ExportAsync(Subjects.Of("nobody"), null, sink, Cancellation);
        var unmapped = await store.Open().ExportAsync([new("vault/1", [new("email", "1", "raw"), new("customer_id", "1", "sha256")])], null, sink, Cancellation);

        (nobody.Resume, nobody.Unreachable, unmapped.Unreachable).ShouldBe((null, false, true));
        sink.Records.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hostile_identity_is_handed_only_what_is_exactly_its_own()
    {
        await using var store = await SeededAsync("1");
        var all = await store.ReadAllAsync();
        foreach (var hostile in Hostile)
        {
            var sink = new MemorySink();

            await store.Open().ExportAsync(Subjects.Of(hostile), null, sink, Cancellation);

            sink.Records.Select(store.Stored).ShouldBe(Exported(store, all, hostile), ignoreOrder: true, hostile);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task At_the_deadline_an_export_stops_as_a_value_and_goes_on_from_behind_what_was_handed_over(bool afterTheEffect)
    {
        await using var store = await SeededAsync("1", ["10", "ada"]);
        for (var call = 1; ; call += 1 + (call / 4))
        {
            var sink = new MemorySink();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var last = call;
            if (afterTheEffect) faults.After = async (number, _, answer) => await StopAtAsync(number, answer);
            else faults.Before = async (number, _) => await StopAtAsync<HttpResponseMessage?>(number, null);

            var step = await store.Open().ExportAsync(Subjects.Of("1", "10"), null, sink, deadline.Token);
            var stopped = deadline.IsCancellationRequested;
            faults.Reset();
            if (step.Resume is { } resume) step = await store.Open().ExportAsync(Subjects.Of("1", "10"), resume, sink, Cancellation);

            step.Resume.ShouldBeNull();
            sink.Records.Select(store.Stored).ShouldBe(Exported(store, await store.ReadAllAsync(), "1", "10"), ignoreOrder: true);
            if (!stopped) return;

            async Task<T> StopAtAsync<T>(int number, T result)
            {
                if (number == last) await deadline.CancelAsync();
                return result;
            }
        }
    }

    [Fact]
    public async Task An_outage_after_progress_is_a_place_to_go_on_from_and_before_it_a_transient_failure()
    {
        await using var store = await SeededAsync("1", ["10"]);
        for (var call = 1; ; call += 1 + (call / 4))
        {
            var sink = new MemorySink();
            var first = call;
            faults.Before = (number, _) => Task.FromResult(number < first ? null : new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("") });

            string? resume = null;
            try
            {
                resume = (await store.Open().ExportAsync(Subjects.Of("1", "10"), null, sink, Cancellation)).Resume;
            }
            catch (TransientFailure)
            {
                sink.Records.ShouldBeEmpty();
                resume = "";
            }

            var calls = faults.Calls;
            faults.Reset();
            if (resume is not null)
                (await store.Open().ExportAsync(Subjects.Of("1", "10"), resume.Length == 0 ? null : resume, sink, Cancellation)).Resume.ShouldBeNull();

            sink.Records.Select(store.Stored).ShouldBe(Exported(store, await store.ReadAllAsync(), "1", "10"), ignoreOrder: true);
            if (calls < first) return;
        }
    }

    [Fact]
    public async Task An_export_in_many_invocations_is_the_export_in_one()
    {
        await using var store = await SeededAsync("1");
        await using var run = await ExportRun.StartAsync(store.Entry, () => store.Open(), faults, ExportRun.Person("1"));
        var whole = await run.ReadAsync(await run.InvokeAsync());

        DatastoreAnswer? answer = null;
        for (var invocations = 0; answer?.Outcome is null or Outcomes.Partial; invocations++)
        {
            invocations.ShouldBeLessThan(200);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            faults.Reset();
            faults.After = async (number, _, response) =>
            {
                if (number == 16) await deadline.CancelAsync();
                return response;
            };
            answer = await run.InvokeAsync(answer?.Continuation, deadline.Token);
        }

        answer.Outcome.ShouldBe(Outcomes.Exported);
        (await run.ReadAsync(answer)).Select(store.Stored).ShouldBe(whole.Select(store.Stored));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_killed_invocation_that_is_repeated_leaves_nothing_out_and_nothing_twice(bool afterTheEffect)
    {
        await using var store = await SeededAsync("1", ["10", "ada"]);
        await using var run = await ExportRun.StartAsync(store.Entry, () => store.Open(), faults, ExportRun.Person("1"));
        for (var call = 1; ; call += 1 + (call / 4))
        {
            // The first invocation ends at its deadline, the second is killed, the third repeats it.
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            faults.Reset();
            faults.After = async (number, _, response) =>
            {
                if (number == 6) await deadline.CancelAsync();
                return response;
            };
            var answer = await run.InvokeAsync(deadline: deadline.Token);
            var continuation = answer.Continuation;
            var fatal = call;
            faults.Reset();
            if (afterTheEffect) faults.After = (number, _, response) => number >= fatal ? throw new ProcessKilled() : Task.FromResult(response);
            else faults.Before = (number, _) => number >= fatal ? throw new ProcessKilled() : Task.FromResult<HttpResponseMessage?>(null);
            var killed = await Record.ExceptionAsync(() => run.InvokeAsync(continuation));
            faults.Reset();
            while (continuation is not null)
            {
                answer = await run.InvokeAsync(continuation);
                continuation = answer.Continuation;
            }

            answer.Outcome.ShouldBe(Outcomes.Exported);
            (await run.ReadAsync(answer)).Select(store.Stored).ShouldBe(Exported(store, await store.ReadAllAsync(), "1"), ignoreOrder: true);
            if (killed is null) return;
        }
    }

    [Fact]
    public async Task An_export_of_nobody_writes_nothing()
    {
        await using var store = await SeededAsync("1");
        await using var run = await ExportRun.StartAsync(store.Entry, () => store.Open(), faults, ExportRun.Person("nobody"));

        var answer = await run.InvokeAsync();

        (answer.Outcome, answer.Found, answer.Parts, answer.Files).ShouldBe((Outcomes.NotFound, 0, 0, 0));
        (await run.KeysAsync()).ShouldBeEmpty();
    }

    private static IEnumerable<StoredRecord> Exported(ITestDatastore store, IEnumerable<StoredRecord> all, params string[] people) =>
        all.Where(record => people.Contains(record.Owner) && store.IsExported(record));
}
