using System.Net;
using System.Text;
using System.Text.Json;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Tests.Exports;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores.S3Logs;

public sealed class LogsDatastoreTests
{
    private static readonly DateTimeOffset Today = new(ImpatientTime.Start.Date, TimeSpan.Zero);
    private readonly Faults faults = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erasing_and_verifying_change_nothing_and_count_a_persons_lines_as_exempt_until_the_last_expires()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutAsync(0, "a.jsonl", Line("1"), Line("2"), Line("1"));
        await logs.PutAsync(3, "b.log.gz", Line("10"), Line("1"));
        await logs.PutAsync(8, "too old.json", Line("1"));

        var erased = await logs.Open().EraseAsync(Subjects.Of("1"), null, Cancellation);
        var verified = await logs.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation);

        foreach (var step in new[] { erased, verified })
        {
            (step.Found, step.Erased, step.Remaining, step.Exempt, step.ExemptUntil, step.Resume).ShouldBe((3, 0, 0, 3, Today.AddDays(5), null));
            (step.Unreachable, step.NeedsConfirmation).ShouldBe((false, false));
        }

        (await logs.Client.ListObjectsV2Async(new() { BucketName = logs.Name }, Cancellation)).KeyCount.ShouldBe(3);
    }

    [Fact]
    public async Task What_the_lifecycle_should_have_removed_long_ago_remains_and_what_it_may_remove_any_moment_is_looked_at_tomorrow()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        logs.Entry = logs.Entry with { Days = 9 };
        await logs.PutAsync(9, "a.jsonl", Line("1"));
        await logs.PutAsync(6, "b.jsonl", Line("1"), Line("1"));

        var step = await logs.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation);

        (step.Found, step.Remaining, step.Exempt, step.ExemptUntil).ShouldBe((3, 1, 2, ImpatientTime.Start.AddDays(1)));
    }

    [Fact]
    public async Task What_may_go_any_moment_does_not_bring_later_days_back_before_their_time()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutAsync(0, "a.jsonl", Line("1"));
        await logs.PutAsync(6, "b.jsonl", Line("1"));

        (await logs.Open().VerifyAsync(Subjects.Of("1"), null, Cancellation)).ExemptUntil.ShouldBe(Today.AddDays(5));
    }

    public static TheoryData<string, bool> Lines => new()
    {
        { """{"user":{"id":"1"}}""", true },
        { """ { "user" : { "x" : { "id" : "2" } , "id" : "1" } } """, true },
        { """{"user":{"id":1}}""", true },
        { """{"user":{"id":"\u0031"}}""", true },
        { """{"us\u0065r":{"id":"1"}}""", true },
        { """{"user.id":"1"}""", true },
        { """{"user":[{"id":"2"},{"id":"1"}]}""", true },
        { """{"user":{"id":["2","1"]}}""", true },
        { """{"email":"ada@example.com"}""", true },
        { """{"email":"ada\u0040example.com"}""", true },
        { """{"user":{"id":"10"}}""", false },
        { """{"user":{"id":" 1"}}""", false },
        { """{"user":{"id":1.0}}""", false },
        { """{"user":{"id":"01"}}""", false },
        { """{"user":{"name":"1"},"id":"1"}""", false },
        { """{"x":{"user":{"id":"1"}}}""", false },
        { """{"user":{"id":{"id":"1"}}}""", false },
        { """{"user":"1","id":"1"}""", false },
        { """{"user":{"id":null},"message":"1"}""", false },
        { """{"email":"Ada@example.com"}""", false },
        { """{"user":{"id":"1"}}{"user":{"id":"2"}}""", true },
        { """{"user":{"id":"2"}} {"user":{"id":"1"}}""", true },
        { """{"user":{"id":"1"}} oh""", false },
        { """["1"]""", false },
        { "\"1\"", false },
        { "1", false },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task A_line_is_a_persons_when_the_field_equals_the_identity_exactly(string line, bool theirs)
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutAsync(1, "a.jsonl", "", Line("10"), line, "", Line("2"));

        var exported = await ExportAsync(logs);

        exported.Count.ShouldBe(theirs ? 1 : 0);
        (await logs.Open().EraseAsync(Ada, null, Cancellation)).Exempt.ShouldBe(theirs ? 1 : 0);
    }

    [Theory]
    [InlineData("a/b\"c\\d", """a\/b\"c\\d""")]
    [InlineData("zoë-ж-\U0001F600", "zo\\u00eb-\\u0436-\\ud83d\\ude00")]
    [InlineData("zoë-ж-\U0001F600", "zoë-ж-\U0001F600")]
    public async Task However_JSON_writes_a_value_it_is_found(string value, string written)
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutAsync(1, "a.jsonl", "{\"user\":{\"id\":\"" + written + "\"}}");

        (await ExportAsync(logs, Subjects.Of(value))).ShouldHaveSingleItem().Data["user"]!["id"]!.GetValue<string>().ShouldBe(value);
    }

    [Fact]
    public async Task Of_a_line_with_several_records_a_person_gets_their_own()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutAsync(1, "a.json", $$"""[{{Line("2", 1)}},{{Line("1", 2)}},[{{Line("1", 3)}},{{Line("2", 4)}}],"1",null]""", Line("1", 5));
        await logs.PutAsync(1, "b.json", Line("1", 6) + Line("2", 7) + Line("1", 8));

        (await ExportAsync(logs)).Select(record => record.Data["seq"]!.GetValue<int>()).ShouldBe([2, 3, 5, 6, 8]);
        (await logs.Open().EraseAsync(Ada, null, Cancellation)).Exempt.ShouldBe(3, "lines");
    }

    [Fact]
    public async Task Lines_are_exported_as_they_are_in_the_order_of_their_objects()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutAsync(2, "1.json.gz", """{"user":{"id":"1"},"n":12345678901234567890.10,"b":[true,null,{}],"a":"é"}""", Line("2"));
        await logs.PutAsync(1, "2.log", Line("1", 2) + "\r", Line("1", 3));
        await logs.PutAsync(1, "3.jsonl", "\ufeff" + Line("1", 4));
        await logs.PutAsync(1, "4.jsonl", """{"user":{"id":"1"},"seq":5,"bad":"\ud83d","twice":1,"twice":2}""");
        await logs.PutAsync(1, "5.parquet", Line("1", 6));

        var exported = await ExportAsync(logs);

        exported[0].Data.ToJsonString(new JsonSerializerOptions(JsonSerializerOptions.Default) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
            .ShouldBe("""{"user":{"id":"1"},"n":12345678901234567890.10,"b":[true,null,{}],"a":"é"}""");
        exported.Skip(1).Select(record => record.Data["seq"]!.GetValue<int>()).ShouldBe([2, 3, 4, 5]);
        exported[4].Data["bad"]!.GetValue<string>().ShouldBe("""\ud83d""");
        exported[4].Data["twice"]!.GetValue<int>().ShouldBe(2);
    }

    [Theory]
    [InlineData("a.jsonl")]
    [InlineData("a.jsonl.gz")]
    public async Task Content_that_only_its_encoding_calls_compressed_is_read_too(string name)
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutBytesAsync($"logs/{Today:yyyy}/{Today:MM}/{Today:dd}/{name}", TestLogs.Zip(Encoding.UTF8.GetBytes(Line("1"))), "gzip");

        (await ExportAsync(logs)).Count.ShouldBe(1);
        (await logs.Open().VerifyAsync(Ada, null, Cancellation)).Found.ShouldBe(1);
    }

    [Fact]
    public async Task The_evidence_tells_what_was_read_and_what_could_not_be()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutAsync(1, "a.jsonl", Line("1"), """{"user":{"id":"ada@example.com""", "cut", """{"user":{"id":"2" oh""");
        await logs.PutAsync(1, "b.csv", "1");
        await logs.PutAsync(1, "_SUCCESS", "");

        var step = await logs.Open().EraseAsync(Ada, null, Cancellation);

        step.Evidence.ShouldBe(new Dictionary<string, string>
        {
            ["keys"] = "2",
            ["read"] = "JSON lines of 7 days until 2026-03-02",
            ["objects"] = "2",
            ["otherObjects"] = "1",
            ["unreadableLines"] = "1",
        });
        step.Exempt.ShouldBe(1);
    }

    [Fact]
    public async Task An_identity_that_no_field_holds_is_unreachable_and_one_that_is_nobodys_is_not_found()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutAsync(1, "a.jsonl", Line("1"));

        foreach (var subjects in new IReadOnlyList<Subject>[] { [new("vault/1", [new Identity("phone", "1", "raw")])], [new("vault/1", [new Identity("customer_id", "1", "sha256")])], Subjects.Of("") })
        {
            (await logs.Open().EraseAsync(subjects, null, Cancellation)).Unreachable.ShouldBeTrue();
            (await logs.Open().ExportAsync(subjects, null, new MemorySink(), Cancellation)).Unreachable.ShouldBeTrue();
        }

        (await ExportAsync(logs, Subjects.Of("nobody"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cut_at_any_call_and_gone_on_from_an_export_and_a_count_are_those_of_one_run()
    {
        await using var logs = await ManyAsync();
        var whole = (await ExportAsync(logs)).Select(record => record.Data.ToJsonString()).ToList();
        whole.Count.ShouldBe(300);
        for (var call = 1; ; call += 1 + (call / 4))
        {
            var last = call;
            var sink = new MemorySink();
            var stopped = await CutAsync(last, async (resume, deadline) => (await logs.Open().ExportAsync(Ada, resume, sink, deadline)).Resume);
            var count = new Step { Found = 0 };
            await CutAsync(last, async (resume, deadline) => (count = await logs.Open().EraseAsync(Ada, resume, deadline)).Resume);

            sink.Records.Select(record => record.Data.ToJsonString()).ShouldBe(whole);
            (count.Exempt, count.Found, count.Resume, count.ExemptUntil).ShouldBe((300, 300, null, Today.AddDays(4)));
            count.Evidence["objects"].ShouldBe("30");
            if (!stopped) return;
        }
    }

    [Fact]
    public async Task A_search_that_is_cut_within_an_object_goes_on_within_it()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        var padding = new string('x', 5_000);
        string[] lines = [.. Enumerable.Range(0, 1_000).Select(number => $$"""{"user":{"id":"1"},"seq":{{number}},"padding":"{{padding}}"}""")];
        await logs.PutAsync(1, "a.jsonl.gz", lines);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var sink = new CuttingSink(deadline, after: 100);

        var step = await logs.Open().ExportAsync(Ada, null, sink, deadline.Token);
        var cut = sink.Numbers.Count;
        while (step.Resume is not null) step = await logs.Open().ExportAsync(Ada, step.Resume, sink, Cancellation);

        cut.ShouldBeInRange(100, 999);
        sink.Numbers.ShouldBe(Enumerable.Range(0, 1_000));
    }

    [Fact]
    public async Task A_day_that_begins_meanwhile_does_not_change_the_search()
    {
        await using var logs = await ManyAsync();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var sink = new CuttingSink(deadline, after: 20);
        var step = await logs.Open().ExportAsync(Ada, null, sink, deadline.Token);
        await Task.Delay(TimeSpan.FromDays(2), logs.Time, Cancellation);

        while (step.Resume is not null) step = await logs.Open().ExportAsync(Ada, step.Resume, sink, Cancellation);

        sink.Numbers.Count.ShouldBe(300);
        step.Evidence["read"].ShouldEndWith("until 2026-03-02");
    }

    [Fact]
    public async Task A_position_for_other_fields_is_not_followed()
    {
        await using var logs = await ManyAsync();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var step = await logs.Open().ExportAsync(Ada, null, new CuttingSink(deadline, after: 20), deadline.Token);
        var elsewhere = step.Resume.ShouldNotBeNull();

        await Should.ThrowAsync<DataMapChanged>(() => logs.Open().ExportAsync(Subjects.Of("1"), elsewhere, new MemorySink(), Cancellation));
        (await logs.Open().EraseAsync(Subjects.Of("1"), elsewhere, Cancellation)).Exempt.ShouldBe(300);
    }

    [Fact]
    public async Task Content_that_breaks_off_is_read_again_and_nothing_is_handed_over_twice()
    {
        await using var logs = await ManyAsync();
        var broken = new HashSet<string>(StringComparer.Ordinal);
        faults.After = async (_, request, answer) =>
        {
            var path = request.RequestUri!.AbsolutePath;
            if (!path.EndsWith(".jsonl", StringComparison.Ordinal)) return answer;
            lock (broken)
            {
                if (!broken.Add(path)) return answer;
            }

            var whole = await answer.Content.ReadAsByteArrayAsync(Cancellation);
            answer.Content = new StreamContent(new BreakingStream(whole[..(whole.Length / 2)]));
            return answer;
        };

        var exported = await ExportAsync(logs, keepFaults: true);

        broken.Count.ShouldBe(15);
        exported.Select(record => record.Data["seq"]!.GetValue<int>()).ShouldBeUnique();
        exported.Count.ShouldBe(300);
    }

    [Theory]
    [InlineData("AccessDenied", 403, typeof(DatastoreAccessDenied))]
    [InlineData("NoSuchBucket", 404, typeof(DatastoreNotFound))]
    [InlineData("InvalidObjectState", 403, typeof(DatastoreRejected))]
    [InlineData("SlowDown", 503, typeof(DatastoreThrottled))]
    public async Task A_refusal_that_stays_is_named_by_its_family(string code, int status, Type failure)
    {
        await using var logs = await ManyAsync();
        faults.Before = (_, request) => Task.FromResult<HttpResponseMessage?>(
            code == "NoSuchBucket" || request.RequestUri!.AbsolutePath.Contains("/logs/", StringComparison.Ordinal) ? Faults.S3Error(code, (HttpStatusCode)status) : null);

        (await Should.ThrowAsync(() => logs.Open().EraseAsync(Ada, null, Cancellation), failure)).GetType().ShouldBe(failure);
    }

    [Fact]
    public async Task What_is_no_gzip_is_for_an_operator_and_no_proof()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutBytesAsync("logs/2026/03/01/a.log.gz", Encoding.UTF8.GetBytes(Line("2")));

        await Should.ThrowAsync<DatastoreRejected>(() => logs.Open().VerifyAsync(Ada, null, Cancellation));
    }

    [Fact]
    public async Task A_gzip_that_is_cut_off_is_no_proof()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        var zipped = TestLogs.Zip(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 10_000).Select(number => Line($"{number}")))));
        await logs.PutBytesAsync("logs/2026/03/01/a.log.gz", zipped[..(zipped.Length / 2)]);

        await Should.ThrowAsync<DatastoreRejected>(() => logs.Open().VerifyAsync(Ada, null, Cancellation));
    }

    [Fact]
    public async Task Members_of_a_gzip_are_all_read()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutBytesAsync("logs/2026/03/01/a.log.gz", [.. TestLogs.Zip(Encoding.UTF8.GetBytes(Line("1") + "\n")), .. TestLogs.Zip(Encoding.UTF8.GetBytes(Line("1") + "\n"))]);

        (await logs.Open().VerifyAsync(Ada, null, Cancellation)).Exempt.ShouldBe(2);
    }

    [Fact]
    public async Task Long_lines_are_read_and_one_that_memory_does_not_hold_is_for_an_operator()
    {
        await using var logs = await TestLogs.CreateAsync(faults);
        await logs.PutAsync(1, "a.jsonl.gz", Line("2"), $$$"""{"padding":"{{{new string('x', 3_000_000)}}}","user":{"id":"1"}}""", Line("1"));
        (await logs.Open().VerifyAsync(Ada, null, Cancellation)).Exempt.ShouldBe(2);

        await logs.PutAsync(1, "b.jsonl.gz", new string('x', 40_000_000));
        await Should.ThrowAsync<DatastoreRejected>(() => logs.Open().VerifyAsync(Ada, null, Cancellation));
    }

    [Fact]
    public async Task The_function_exports_logs_in_parts_and_leaves_out_what_is_about_others()
    {
        await using var logs = await ManyAsync();
        logs.Entry = logs.Entry with { Export = new ExportRules { Redact = ["agent"] } };
        await using var run = await ExportRun.StartAsync(logs.Entry, logs.Open, faults, ExportRun.Person("1"));
        DatastoreAnswer? answer = null;
        while (answer?.Outcome is null or Outcomes.Partial)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            faults.Reset();
            faults.After = async (number, _, response) =>
            {
                if (number == 20) await deadline.CancelAsync();
                return response;
            };
            answer = await run.InvokeAsync(answer?.Continuation, deadline.Token);
        }

        var records = await run.ReadAsync(answer);
        (answer.Outcome, answer.Found, answer.Files, answer.Redacted).ShouldBe((Outcomes.Exported, 300, 0, 300));
        answer.Parts.ShouldBeGreaterThan(1);
        records.Select(record => record.Data["seq"]!.GetValue<int>()).ShouldBeUnique();
    }

    private static IReadOnlyList<Subject> Ada => [new("vault/1", [new Identity("customer_id", "1", "raw"), new Identity("email", "ada@example.com", "raw")])];

    private static string Line(string user, int sequence = 0) => $$$"""{"time":"2026-03-01T00:00:00Z","seq":{{{sequence}}},"user":{"id":"{{{user}}}"},"agent":"Carol"}""";

    /// <summary>30 objects on six days, each with ten lines of the person among others'.</summary>
    private async Task<TestLogs> ManyAsync()
    {
        var logs = await TestLogs.CreateAsync(faults);
        for (var number = 0; number < 30; number++)
        {
            string[] lines = [.. Enumerable.Range(0, 50).Select(line => Line(line % 5 == 0 ? "1" : $"1{line}", (number * 100) + line))];
            await logs.PutAsync(6 - (number / 5), $"host-{number:d2}.{(number % 2 == 0 ? "jsonl" : "log.gz")}", lines);
        }

        faults.Reset();
        return logs;
    }

    private async Task<IReadOnlyList<ExportedRecordAndFile>> ExportAsync(TestLogs logs, IReadOnlyList<Subject>? subjects = null, bool keepFaults = false)
    {
        if (!keepFaults) faults.Reset();
        var sink = new MemorySink();
        (await logs.Open().ExportAsync(subjects ?? Ada, null, sink, Cancellation)).Resume.ShouldBeNull();
        return sink.Records;
    }

    private async Task<bool> CutAsync(int last, Func<string?, CancellationToken, Task<string?>> work)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        faults.Reset();
        faults.After = async (number, _, answer) =>
        {
            if (number == last) await deadline.CancelAsync();
            return answer;
        };
        var resume = await work(null, deadline.Token);
        faults.Reset();
        while (resume is not null) resume = await work(resume, Cancellation);
        return deadline.IsCancellationRequested;
    }

    private sealed class CuttingSink(CancellationTokenSource deadline, int after) : IExportSink
    {
        public List<int> Numbers { get; } = [];

        public async Task WriteAsync(System.Text.Json.Nodes.JsonObject data, ExportedFile? file, CancellationToken cancellation)
        {
            Numbers.Add(data["seq"]!.GetValue<int>());
            if (Numbers.Count == after) await deadline.CancelAsync();
        }

        public Task<ExportedFile> WriteFileAsync(string name, string? contentType, Stream content, CancellationToken cancellation) => throw new NotSupportedException();
    }

    /// <summary>Gives its content and breaks off where it ends.</summary>
    private sealed class BreakingStream(byte[] content) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("secret-key");
    }
}
