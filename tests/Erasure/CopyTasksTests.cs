using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Ledger;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Erasure;

/// <summary>A restored copy of a datastore counts as registered: a later erasure has a task on it.</summary>
public sealed class CopyTasksTests(DynamoDbLocalProcess dynamoDb) : LedgerFixture(dynamoDb)
{
    private const string Copy = "arn:aws:dynamodb:eu-west-1:000000000000:table/customers-restored-1";
    private const string OtherCopy = "arn:aws:dynamodb:eu-west-1:000000000000:table/customers-restored-2";
    private const string NameOfCopy = "customers@eu-west-1:000000000000:table/customers-restored-1";

    private ErasureHarness? harness;

    private ErasureHarness Erasure => harness ??= new(DynamoDb, Evidence, Table, Cloud.Time);

    [Fact]
    public async Task Every_copy_has_a_task_of_its_own_in_the_wave_of_its_datastore()
    {
        await Erasure.AcceptAsync();
        await Erasure.RegisterAsync(Copy);
        await Erasure.RegisterAsync(OtherCopy);

        var first = await Erasure.PlanAsync();
        var second = await Erasure.AdvanceAsync(first, ErasureHarness.Erased);

        first.Tasks.Select(task => task.Name).ShouldBe(["orders"]);
        second.Tasks.Select(task => (task.Datastore, task.Function, task.Target?.Arn)).ShouldBe(
            [("customers", "function-of-customers", null), ("customers", "function-of-customers", Copy), ("customers", "function-of-customers", OtherCopy)], ignoreOrder: true);
        second.Tasks.Select(task => task.Name).ShouldBeUnique();
        second.Tasks.ShouldAllBe(task => task.Subjects.SequenceEqual(new[] { $"vault/{ErasureHarness.Request}" }));
        var carried = JsonNode.Parse(JsonSerializer.Serialize(second, FunctionsJson.Default.ErasureState))!["tasks"]!.AsArray();
        carried.Select(task => task!.AsObject()["target"]?.ToJsonString()).ShouldBe(
            [null, $$"""{"arn":"{{Copy}}"}""", $$"""{"arn":"{{OtherCopy}}"}"""]);
        carried.ShouldAllBe(task => task!.AsObject().ContainsKey("target"), "the workflow's path must lead somewhere for every task");
    }

    [Fact]
    public async Task One_resource_is_one_task_and_the_registered_one_is_no_copy()
    {
        await Erasure.AcceptAsync();
        await Erasure.RegisterAsync(Copy, "id-1");
        await Erasure.RegisterAsync(Copy, "id-2");
        await Erasure.RegisterAsync(ErasureHarness.LocationOfCustomers);

        await Erasure.PlanAsync();
        await Erasure.PlanAsync();

        (await Erasure.Tasks.ListAsync(ErasureHarness.Request, Cancellation)).Select(task => task.Name).ShouldBe(["customers", NameOfCopy, "orders"]);
    }

    [Fact]
    public async Task The_person_stays_in_vault_and_ledger_until_the_copy_is_clean_too_and_its_verification_counts()
    {
        await Erasure.AcceptAsync();
        await Erasure.RegisterAsync(Copy);
        await SaveResumeStatesAsync();
        var wave = await Erasure.AdvanceAsync(await Erasure.PlanAsync(), ErasureHarness.Erased);

        var asking = await Erasure.AdvanceAsync(wave, task => task.Target is null ? ErasureHarness.Erased(task) : ErasureHarness.Failed(task));

        asking.Next.ShouldBe(NextSteps.Ask);
        asking.Waiting.ShouldBe(["customers"]);
        (await Erasure.EntryAsync("orders"))!.State.ShouldBe(LedgerStates.Verified);
        (await Erasure.EntryAsync())!.State.ShouldBe(LedgerStates.Open);
        (await Erasure.VaultAsync()).Count.ShouldBe(5, "the copy's task needs the identities, and each task its resume state");

        await AdvanceToAsync(Start.AddHours(3));
        var again = await Erasure.DecideAsync(asking, "retry", null, "customers");
        again.Tasks.Select(task => task.Name).ShouldBe([NameOfCopy]);
        var done = await Erasure.AdvanceAsync(again, ErasureHarness.Erased);

        done.Next.ShouldBe(NextSteps.Complete);
        var entry = (await Erasure.EntryAsync())!;
        (entry.State, entry.At, entry.ExpiresAt).ShouldBe((LedgerStates.Verified, Start.AddHours(3), Start.AddHours(3).AddDays(ErasureHarness.RetentionDays)));
        (await Erasure.VaultAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Recording_a_round_again_changes_nothing_more()
    {
        await Erasure.AcceptAsync();
        await Erasure.RegisterAsync(Copy);
        var wave = await Erasure.AdvanceAsync(await Erasure.PlanAsync(), ErasureHarness.Erased);

        var once = await Erasure.AdvanceAsync(wave, ErasureHarness.Erased);
        var entry = await Erasure.EntryAsync();
        var twice = await Erasure.AdvanceAsync(wave, ErasureHarness.Erased);

        twice.Next.ShouldBe(once.Next);
        (await Erasure.EntryAsync())!.Revision.ShouldBe(entry!.Revision);
        (await Erasure.Tasks.ListAsync(ErasureHarness.Request, Cancellation)).Select(task => task.Erased).ShouldBe([2, 2, 2]);
    }

    [Fact]
    public async Task A_copy_that_an_operator_closed_leaves_the_person_in_the_ledger_for_replays()
    {
        await Erasure.AcceptAsync();
        await Erasure.RegisterAsync(Copy);
        var wave = await Erasure.AdvanceAsync(await Erasure.PlanAsync(), ErasureHarness.Erased);
        var asking = await Erasure.AdvanceAsync(wave, task => task.Target is null ? ErasureHarness.Erased(task) : ErasureHarness.Failed(task));

        var done = await Erasure.DecideAsync(asking, "close", "copy_deleted");

        done.Next.ShouldBe(NextSteps.Complete);
        var entry = (await Erasure.EntryAsync())!;
        (entry.State, entry.ExpiresAt).ShouldBe((LedgerStates.Open, Start.AddDays(ErasureHarness.RetentionDays)));
        (await Erasure.VaultAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Something_exempt_in_the_copy_alone_holds_the_person()
    {
        await Erasure.AcceptAsync();
        await Erasure.RegisterAsync(Copy);
        var wave = await Erasure.AdvanceAsync(await Erasure.PlanAsync(), ErasureHarness.Erased);

        await Erasure.AdvanceAsync(wave, task => task.Target is null ? ErasureHarness.Erased(task) : ErasureHarness.Exempt(task, Start.AddDays(9)));

        var entry = (await Erasure.EntryAsync())!;
        (entry.State, entry.At, entry.ExpiresAt).ShouldBe((LedgerStates.Held, Start.AddDays(9), null));
    }

    [Fact]
    public async Task A_decision_about_a_datastore_concerns_all_its_waiting_tasks()
    {
        await Erasure.AcceptAsync();
        await Erasure.RegisterAsync(Copy);
        var wave = await Erasure.AdvanceAsync(await Erasure.PlanAsync(), ErasureHarness.Erased);
        var asking = await Erasure.AdvanceAsync(wave, ErasureHarness.Failed);

        asking.Waiting.ShouldBe(["customers"]);
        (await Erasure.DecideAsync(asking, "retry", null, "orders")).Next.ShouldBe(NextSteps.Ask);
        (await Erasure.DecideAsync(asking, "retry", null, "customers")).Tasks.Select(task => task.Name).ShouldBe(["customers", NameOfCopy]);
    }

    [Fact]
    public async Task A_later_attempt_has_tasks_on_copies_of_the_datastores_it_takes_up_and_of_no_others()
    {
        await Erasure.AcceptAsync();
        var wave = await Erasure.AdvanceAsync(await Erasure.PlanAsync(), ErasureHarness.Erased);
        await Erasure.AdvanceAsync(wave, task => ErasureHarness.Exempt(task, Start.AddDays(9)));
        await Erasure.CompleteAsync();
        await Erasure.RegisterAsync(Copy);

        (await Erasure.PlanAsync(1, "orders")).Tasks.Select(task => task.Name).ShouldBe(["orders"], "the copy's own replay looks after what is done");
        (await Erasure.Tasks.ListAsync(ErasureHarness.Request, Cancellation)).Count.ShouldBe(2);

        await Erasure.PlanAsync(2, "customers");

        (await Erasure.Tasks.ListAsync(ErasureHarness.Request, Cancellation)).Where(task => task.State == TaskStates.Pending).Select(task => task.Name)
            .ShouldBe(["customers", NameOfCopy, "orders"]);
        (await Erasure.VaultAsync()).ShouldBe(["customers identities", "orders identities"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_was_held_is_open_again_before_a_later_attempt_reads_the_copies_so_that_one_that_comes_after_replays_the_person()
    {
        await Erasure.AcceptAsync();
        var wave = await Erasure.AdvanceAsync(await Erasure.PlanAsync(), ErasureHarness.Erased);
        await Erasure.AdvanceAsync(wave, task => ErasureHarness.Exempt(task, Start.AddDays(9)));
        await Erasure.CompleteAsync();
        (await Erasure.EntryAsync())!.State.ShouldBe(LedgerStates.Held);
        await AdvanceToAsync(Start.AddDays(9));

        Calls.Forget();
        await Erasure.PlanAsync(1, "customers");

        var calls = Calls.All.ToList();
        var opened = calls.FindIndex(call => call.Operation == "PutItem" && call.Concerns(Table));
        calls.FindIndex(call => call.Operation == "Query" && call.Body.Contains("copies#customers")).ShouldBeGreaterThan(opened);
        (await Erasure.EntryAsync())!.State.ShouldBe(LedgerStates.Open);
        (await Erasure.Tasks.ListAsync(ErasureHarness.Request, Cancellation)).ShouldNotContain(task => task.Target != null);
        var entry = (await Erasure.EntryAsync())!;
        (entry.ErasedAt, entry.VerifiedAt).ShouldBe((Start, null), "what was exempt is older; what came to be since stays");
    }

    [Fact]
    public async Task A_dry_run_counts_copies_and_remembers_nobody()
    {
        await Erasure.AcceptAsync(dryRun: true);
        await Erasure.RegisterAsync(Copy);

        var wave = await Erasure.AdvanceAsync(await Erasure.PlanAsync(), ErasureHarness.Counted);
        wave.Next.ShouldBe(NextSteps.Count);
        await Erasure.AdvanceAsync(wave, ErasureHarness.Counted);
        await Erasure.CompleteAsync();

        (await Erasure.EntryAsync()).ShouldBeNull();
        ((long?)Erasure.Events.Published[^1]["results_count"]).ShouldBe(6);
        (await Erasure.VaultAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_outcome_of_a_copy_says_which_and_its_backups_count()
    {
        await Erasure.AcceptAsync();
        await Erasure.RegisterAsync(Copy);
        var wave = await Erasure.AdvanceAsync(await Erasure.PlanAsync(), ErasureHarness.Erased);
        var asking = await Erasure.AdvanceAsync(wave, task => task.Target is null ? ErasureHarness.Erased(task) : ErasureHarness.Failed(task));
        await AdvanceToAsync(Start.AddDays(2));
        await Erasure.AdvanceAsync(await Erasure.DecideAsync(asking, "retry"), ErasureHarness.Erased);

        await Erasure.CompleteAsync();

        var completed = Erasure.Events.Published[^1];
        completed["outcomes"]!.AsArray().Select(outcome => ((string?)outcome!["datastore"], (string?)outcome["target"], (string?)outcome["outcome"])).ShouldBe(
            [("customers", null, "erased"), ("customers", Copy, "erased"), ("orders", null, "erased")]);
        ((string?)completed["backups_expire_by"]).ShouldBe("2026-12-30");
        var certificate = JsonNode.Parse((await CopiesAsync())[$"certificates/{ErasureHarness.Request}/r0.json"].Body)!;
        certificate["evidence"]!.AsObject().Select(entry => entry.Key).ShouldBe(["customers", NameOfCopy, "orders"]);
    }

    private async Task SaveResumeStatesAsync()
    {
        await Erasure.SaveResumeAsync("customers", "erase", null);
        await Erasure.SaveResumeAsync("customers", "verify", null);
        await Erasure.SaveResumeAsync("customers", "erase", Copy);
        await Erasure.SaveResumeAsync("customers", "verify", Copy);
    }
}
