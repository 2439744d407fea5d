using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Access;
using ServerlessGdpr.Functions.Access.Exports;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Tests.Datastores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Exports;

public sealed class DatastoreExportTests
{
    private static readonly DatastoreEntry Entry = new()
    {
        Name = "orders",
        Kind = "dynamodb",
        Location = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders",
        BackupRetentionDays = 35,
        Processing = SampleProcessing.Processing,
        Keys = [new KeyMapping { IdentityType = "customer_id", PartitionKey = new KeyAttribute { Name = "pk" } }],
        Action = new ErasureAction { Kind = ErasureAction.Delete },
        Export = new ExportRules { Redact = ["packed_by", "lines.seller"] },
    };

    private readonly ScriptedExport datastore = new();
    private DatastoreEntry entry = Entry;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Values_about_others_are_left_out_counted_and_named_in_their_records()
    {
        await using var run = await StartAsync();
        datastore.Script = async (_, sink) =>
        {
            await sink.WriteAsync(Record("""{"id":1,"packed_by":"Carol","lines":[{"seller":"Bob"},{"seller":"Eve","price":2}]}"""), null, Cancellation);
            await sink.WriteAsync(Record("""{"id":2,"lines":[]}"""), null, Cancellation);
            return new ExportStep();
        };

        var answer = await run.InvokeAsync();

        (answer.Outcome, answer.Found, answer.Parts, answer.Files, answer.Redacted).ShouldBe((Outcomes.Exported, 2, 1, 0, 3));
        var records = await run.ReadAsync(answer);
        records.Select(record => record.Data.ToJsonString()).ShouldBe(
            ["""{"id":1,"packed_by":null,"lines":[{"seller":null},{"seller":null,"price":2}]}""", """{"id":2,"lines":[]}"""]);
        records.Select(record => string.Join(',', record.Redacted!)).ShouldBe(["packed_by,lines.seller", ""]);
    }

    [Fact]
    public async Task Each_invocation_writes_one_part_goes_on_from_the_vault_and_answers_what_all_of_them_found()
    {
        await using var run = await StartAsync();
        datastore.Script = (position, sink) => WriteAsync(sink, position switch { null => "a", "a" => "b", _ => null }, position ?? "start");

        var answers = new List<DatastoreAnswer> { await run.InvokeAsync() };
        while (answers[^1].Continuation is { } continuation) answers.Add(await run.InvokeAsync(continuation));

        answers.Select(answer => (answer.Outcome, answer.Found, answer.Parts)).ShouldBe([(Outcomes.Partial, 1, 1), (Outcomes.Partial, 2, 2), (Outcomes.Exported, 3, 3)]);
        answers[0].Continuation.ShouldBe(Operations.Export, "a reference, no state");
        run.Vault.Resumes.Keys.ShouldBe([new ResumeKey("orders", "r1", "export", null)]);
        (await run.ReadAsync(answers[^1])).Select(record => record.Data["name"]!.GetValue<string>()).ShouldBe(["start", "a", "b"]);
        (await run.KeysAsync()).ShouldBe([.. Enumerable.Range(1, 3).Select(part => ExportKeys.Part("orders", "r1", part))]);
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_given_again_and_nothing_is_written_twice()
    {
        await using var run = await StartAsync();
        datastore.Script = (position, sink) => WriteAsync(sink, position is null ? "a" : null, position ?? "start");
        var partial = await run.InvokeAsync();
        await run.InvokeAsync(partial.Continuation);

        var again = await run.InvokeAsync(partial.Continuation);

        (again.Outcome, again.Found, again.Parts).ShouldBe((Outcomes.Exported, 2, 2));
        (await run.ReadAsync(again)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_invocation_that_finds_nothing_writes_no_part()
    {
        await using var run = await StartAsync();
        datastore.Script = (position, sink) => position is null ? Task.FromResult(new ExportStep { Resume = "a" }) : WriteAsync(sink, null, "late");

        var first = await run.InvokeAsync();
        var last = await run.InvokeAsync(first.Continuation);

        (first.Outcome, first.Parts, last.Outcome, last.Parts).ShouldBe((Outcomes.Partial, 0, Outcomes.Exported, 1));
        (await run.ReadAsync(last)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Fields_whose_names_differ_only_in_case_are_all_in_the_bundle()
    {
        const string Written = """{"Name":"Ada","name":"ada","lines":[{"No":1,"no":2}]}""";
        await using var run = await StartAsync();
        datastore.Script = async (_, sink) =>
        {
            await sink.WriteAsync(Record(Written), null, Cancellation);
            return new ExportStep();
        };

        var answer = await run.InvokeAsync();

        (await run.RecordsForBundleAsync(answer)).ShouldHaveSingleItem().Select(field => (field.Key, field.Value!.ToJsonString()))
            .ShouldBe([("Name", "\"Ada\""), ("name", "\"ada\""), ("lines", """[{"No":1,"no":2}]""")]);
    }

    [Fact]
    public async Task Records_as_deep_as_a_datastore_may_have_them_are_exported()
    {
        const int Deepest = 64;
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", Deepest)) + "1" + new string('}', Deepest);
        await using var run = await StartAsync();
        datastore.Script = async (_, sink) =>
        {
            await sink.WriteAsync(Record(deep), null, Cancellation);
            return new ExportStep();
        };

        (await run.RecordsForBundleAsync(await run.InvokeAsync())).ShouldHaveSingleItem().ToJsonString().ShouldBe(deep);
    }

    [Fact]
    public async Task A_failure_leaves_neither_part_nor_state()
    {
        await using var run = await StartAsync();
        datastore.Script = async (_, sink) =>
        {
            await WriteAsync(sink, null, "one");
            throw new DatastoreThrottled("SlowDown");
        };

        await Should.ThrowAsync<DatastoreThrottled>(() => run.InvokeAsync());

        (await run.KeysAsync()).ShouldBeEmpty();
        run.Vault.Resumes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Under_another_entry_of_the_data_map_the_export_starts_again()
    {
        await using var run = await StartAsync();
        datastore.Script = (position, sink) => WriteAsync(sink, position is null ? "a" : null, position ?? "start");
        var partial = await run.InvokeAsync();
        entry = Entry with { Export = new ExportRules { Redact = ["name"] } };
        await using var changed = await StartAsync();
        foreach (var (key, state) in run.Vault.Resumes) changed.Vault.Resumes[key] = state;

        var answer = await changed.InvokeAsync(partial.Continuation);

        (answer.Outcome, answer.Found, answer.Parts, answer.Redacted).ShouldBe((Outcomes.Partial, 1, 1, 1));
    }

    [Fact]
    public async Task Invocations_that_get_nowhere_end_as_a_failure_and_not_in_a_loop()
    {
        await using var run = await StartAsync();
        datastore.Script = (_, _) => Task.FromResult(new ExportStep { Resume = "nowhere" });
        var first = await run.InvokeAsync();

        (await Should.ThrowAsync<ExportStalled>(() => run.InvokeAsync(first.Continuation))).ShouldBeAssignableTo<TransientFailure>();
    }

    [Fact]
    public async Task Unreachable_names_the_identity_types_that_would_reach_the_datastore()
    {
        await using var run = await StartAsync();
        datastore.Script = (_, _) => Task.FromResult(new ExportStep { Unreachable = true });

        var answer = await run.InvokeAsync();

        (answer.Outcome, answer.Parts, answer.Continuation).ShouldBe((Outcomes.Unreachable, 0, null));
        answer.Needs.ShouldBe(["customer_id"]);
    }

    private Task<ExportRun> StartAsync() => ExportRun.StartAsync(entry, () => datastore, new Faults(), ExportRun.Person("1"));

    private static async Task<ExportStep> WriteAsync(IExportSink sink, string? resume, string name)
    {
        await sink.WriteAsync(new JsonObject { ["name"] = name }, null, Cancellation);
        return new ExportStep { Resume = resume };
    }

    private static JsonObject Record(string json) => JsonNode.Parse(json)!.AsObject();

    private sealed class ScriptedExport : IDatastore
    {
        public Func<string?, IExportSink, Task<ExportStep>> Script { get; set; } = (_, _) => Task.FromResult(new ExportStep());

        public Task<ExportStep> ExportAsync(IReadOnlyList<Subject> subjects, string? resume, IExportSink sink, CancellationToken deadline) => Script(resume, sink);

        public Task<Step> EraseAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => throw new NotSupportedException();

        public Task<Step> VerifyAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => throw new NotSupportedException();
    }
}
