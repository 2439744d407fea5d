using Amazon.S3;
using ServerlessGdpr.Functions.Access.Exports;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;
using ServerlessGdpr.Functions.Vault;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores;

public sealed class DatastoreFunctionTests
{
    private static readonly DatastoreEntry Entry = new()
    {
        Name = "orders",
        Kind = "dynamodb",
        Location = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders",
        BackupRetentionDays = 35,
        Processing = SampleProcessing.Processing,
        Keys = [Mapping("customer_id"), Mapping("email"), Mapping("email")],
        Action = new ErasureAction { Kind = ErasureAction.Delete },
        IndexPauseSeconds = 45,
        Backups = new BackupRecognition { RestoredNamePattern = "shop-orders-restored*" },
    };

    private const string Copy = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders-restored";

    private readonly FakeVault vault = new("orders") { Entries = { ["vault/r1"] = [new Identity("customer_id", "1", "raw")] } };
    private readonly ScriptedDatastore datastore = new();
    private readonly List<string> opened = [];

    [Fact]
    public async Task An_erasure_reads_the_identities_from_the_vault_and_answers_with_counts()
    {
        datastore.Next = new Step { Found = 3, Erased = 3 };

        var answer = await HandleAsync("erase");

        datastore.Calls.ShouldBe(["erase 1 from start"]);
        (answer.Outcome, answer.Found, answer.Erased, answer.Remaining, answer.Continuation).ShouldBe((Outcomes.Erased, 3, 3, 0, null));
    }

    public static TheoryData<string, string, Step> OutcomesOfSteps => new()
    {
        { "erase", Outcomes.NotFound, new Step { Found = 0 } },
        { "erase", Outcomes.Erased, new Step { Found = 1, Erased = 1 } },
        { "erase", Outcomes.Exempt, new Step { Found = 2, Erased = 1, Exempt = 1, ExemptUntil = ImpatientTime.Start } },
        { "erase", Outcomes.Remaining, new Step { Found = 2, Erased = 1, Remaining = 1 } },
        { "erase", Outcomes.Partial, new Step { Found = 2, Erased = 2, Resume = "where" } },
        { "erase", Outcomes.Unreachable, new Step { Found = 0, Unreachable = true } },
        { "verify", Outcomes.NotFound, new Step { Found = 0 } },
        { "verify", Outcomes.Exempt, new Step { Found = 1, Exempt = 1, ExemptUntil = ImpatientTime.Start } },
        { "verify", Outcomes.Remaining, new Step { Found = 2, Exempt = 1, Remaining = 1 } },
        { "verify", Outcomes.Partial, new Step { Found = 0, Resume = "where" } },
        { "verify", Outcomes.Unreachable, new Step { Found = 0, Unreachable = true } },
    };

    [Theory]
    [MemberData(nameof(OutcomesOfSteps))]
    public async Task A_step_becomes_an_outcome(string operation, string outcome, Step step)
    {
        datastore.Next = step;

        var answer = await HandleAsync(operation);

        answer.Outcome.ShouldBe(outcome);
        (answer.Found, answer.Erased, answer.Remaining, answer.Exempt, answer.ExemptUntil).ShouldBe((step.Found, step.Erased, step.Remaining, step.Exempt, step.ExemptUntil));
        answer.Needs.ShouldBe(step.Unreachable ? ["customer_id", "email"] : []);
    }

    [Theory]
    [InlineData("verify", 0, null, 45)]
    [InlineData("verify", 1, null, 0)]
    [InlineData("verify", 0, "where", 0)]
    [InlineData("erase", 0, null, 0)]
    public async Task Only_a_finished_zero_from_an_index_asks_for_a_second(string operation, int remaining, string? resume, int pause)
    {
        datastore.Next = new Step { Found = remaining, Remaining = remaining, Resume = resume, NeedsConfirmation = true };

        (await HandleAsync(operation)).ConfirmAfterSeconds.ShouldBe(pause);
    }

    [Fact]
    public async Task Resume_state_goes_to_the_vault_and_only_a_reference_to_the_workflow_even_at_the_deadline()
    {
        using var deadline = new CancellationTokenSource();
        datastore.Next = new Step { Found = 1, Erased = 1, Resume = "after customer 1" };
        datastore.OnCall = deadline.Cancel;

        var partial = await HandleAsync("erase", deadline: deadline.Token);
        partial.Continuation.ShouldNotBeNull().ShouldNotContain("customer");
        datastore.Next = new Step { Found = 2, Erased = 2 };
        await HandleAsync("erase", partial.Continuation);

        datastore.Calls.ShouldBe(["erase 1 from start", "erase 1 from after customer 1"]);
    }

    [Fact]
    public async Task Resume_state_outlives_its_operation_until_the_verification_is_finished()
    {
        datastore.Next = new Step { Found = 1, Resume = "where" };
        var partial = await HandleAsync("erase");
        datastore.Next = new Step { Found = 1, Erased = 1 };
        await HandleAsync("erase", partial.Continuation);
        vault.Resumes.ShouldNotBeEmpty();

        datastore.Next = new Step { Found = 0 };
        await HandleAsync("verify");

        vault.Resumes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lost_resume_state_starts_the_operation_again()
    {
        datastore.Next = new Step { Found = 0 };

        await HandleAsync("erase", "erase");

        datastore.Calls.ShouldBe(["erase 1 from start"]);
    }

    [Theory]
    [InlineData("orders", "copy", "vault/r1")]
    [InlineData("orders", "Erase", "vault/r1")]
    [InlineData("invoices", "erase", "vault/r1")]
    [InlineData("orders", "erase", null)]
    public async Task What_the_function_does_not_do_is_refused_for_good(string name, string operation, string? subject)
    {
        var request = new DatastoreRequest { Datastore = name, Operation = operation, RequestId = "r1", Subjects = subject is null ? [] : [subject] };

        (await Should.ThrowAsync<DatastoreRequestInvalid>(() => HandleAsync(request))).ShouldBeAssignableTo<PermanentFailure>();
        datastore.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_task_whose_vault_entry_is_gone_touches_nothing()
    {
        vault.Entries.Clear();

        await Should.ThrowAsync<VaultEntryMissing>(() => HandleAsync("erase"));
        datastore.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_replay_works_on_its_target_which_is_opened_once()
    {
        Remember(ImpatientTime.Start);
        var function = Function();

        await HandleAsync(Replay("erase"), function: function);
        await HandleAsync(Replay("verify"), function: function);
        await HandleAsync(Replay("verify") with { Target = new Target { Arn = Copy, Unproven = UnprovenRecords.Report } }, function: function);
        await HandleAsync("erase");

        opened.ShouldBe(["registered", $"{Copy} erase", $"{Copy} report", "registered"]);
        datastore.Calls.ShouldBe(["erase 1 from start", "verify 1 from start", "verify 1 from start", "erase 1 from start"]);
        datastore.Subjects.ShouldAllBe(subject => subject.ErasedAt == (subject.Reference.StartsWith("ledger/") ? ImpatientTime.Start : (DateTimeOffset?)null));
    }

    [Fact]
    public async Task Where_an_exemption_ended_long_after_the_erasure_the_registered_resource_is_worked_on_as_a_restored_one_is()
    {
        vault.ErasedAt = ImpatientTime.Start;

        await HandleAsync("erase");

        opened.ShouldBe(["registered", $"{Entry.Location} erase"]);
        datastore.Subjects.ShouldHaveSingleItem().ErasedAt.ShouldBe(ImpatientTime.Start);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Who_was_verified_before_the_restored_data_is_from_cannot_be_in_it_and_keeps_what_is_newer(int verifiedFrom, bool isErased)
    {
        Remember(ImpatientTime.Start);
        vault.Ledger["ledger/r1"] = new Subject("ledger/r1", [new Identity("customer_id", "2", "raw")]);
        var replay = Replay("erase") with { Subjects = ["ledger/r0", "ledger/r1"], Target = new Target { Arn = Copy, VerifiedFrom = ImpatientTime.Start.AddTicks(verifiedFrom) } };

        await HandleAsync(replay);

        datastore.Subjects.Select(subject => subject.Reference).ShouldBe(isErased ? ["ledger/r0", "ledger/r1"] : ["ledger/r1"]);
    }

    [Fact]
    public async Task So_many_copies_that_some_are_opened_again_are_opened_all_the_same()
    {
        Remember(ImpatientTime.Start);
        var function = Function();

        foreach (var number in Enumerable.Range(0, 40)) await HandleAsync(Replay("erase") with { Target = new Target { Arn = $"{Copy}-{number}" } }, function: function);

        datastore.Calls.Count.ShouldBe(40);
    }

    [Fact]
    public async Task Newer_and_unproven_records_are_counted_and_leave_the_outcome_alone()
    {
        Remember(ImpatientTime.Start);
        datastore.Next = new Step { Found = 5, Erased = 1, Newer = 3, Unproven = 1 };
        var erased = await HandleAsync(Replay("erase"));
        datastore.Next = new Step { Found = 4, Newer = 3, Unproven = 1 };
        var verified = await HandleAsync(Replay("verify"));

        (erased.Outcome, erased.Newer, erased.Unproven).ShouldBe((Outcomes.Erased, 3, 1));
        (verified.Outcome, verified.Newer, verified.Unproven).ShouldBe((Outcomes.NotFound, 3, 1));
    }

    [Fact]
    public async Task Who_is_no_longer_to_be_replayed_is_left_out()
    {
        Remember(ImpatientTime.Start);
        vault.Ledger["ledger/void"] = null;

        await HandleAsync(Replay("erase") with { Subjects = ["ledger/void", "ledger/r0"] });
        var nobody = await HandleAsync(Replay("erase") with { Subjects = ["ledger/void"] });

        datastore.Calls.ShouldBe(["erase 1 from start"]);
        (nobody.Outcome, nobody.Found, nobody.Erased, nobody.Remaining, nobody.Continuation).ShouldBe((Outcomes.NotFound, 0, 0, 0, null));
    }

    [Theory]
    [InlineData("erase")]
    [InlineData("verify")]
    public async Task A_copy_that_is_gone_holds_nobody_but_a_registered_resource_that_is_gone_is_a_failure(string operation)
    {
        Remember(ImpatientTime.Start);
        datastore.OnCall = () => throw new DatastoreNotFound("ResourceNotFoundException");

        var gone = await HandleAsync(Replay(operation));

        (gone.Outcome, gone.Found, gone.Remaining).ShouldBe((Outcomes.NotFound, 0, 0));
        gone.Evidence.ShouldBe(new Dictionary<string, string> { ["target"] = "gone" });
        await Should.ThrowAsync<DatastoreNotFound>(() => HandleAsync(operation));
        await Should.ThrowAsync<DatastoreNotFound>(() => HandleAsync(Replay(operation) with { Target = new Target { Arn = Entry.Location } }));
    }

    public static TheoryData<DatastoreRequest> WrongReplays =>
    [
        Replay("erase") with { RequestId = "r1" },
        Replay("erase") with { ReplayId = null },
        Replay("erase") with { Target = null },
        Replay("erase") with { Target = new Target { Arn = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers" } },
        Replay("erase") with { Target = new Target { Arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/shop-orders-restored" } },
        Replay("erase") with { Target = new Target { Arn = $"{Copy}/index/by-email" } },
        Replay("erase") with { Target = new Target { Arn = "shop-orders-restored" } },
        Replay("erase") with { Target = new Target { Arn = Copy, Unproven = "keep" } },
        new DatastoreRequest { Datastore = "orders", Operation = "erase", RequestId = "r1", Subjects = ["vault/r1"], Target = new Target { Arn = "arn:aws:s3:::shop-orders-restored" } },
        Replay("export"),
        Replay("export") with { Target = null },
        Replay("export") with { RequestId = "r1", ReplayId = null },
    ];

    [Theory]
    [MemberData(nameof(WrongReplays))]
    public async Task What_is_no_replay_into_a_copy_is_refused_for_good(DatastoreRequest request)
    {
        Remember(ImpatientTime.Start);

        (await Should.ThrowAsync<DatastoreRequestInvalid>(() => HandleAsync(request))).ShouldBeAssignableTo<PermanentFailure>();
        datastore.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_request_does_in_a_copy_is_resumed_apart_from_what_it_does_in_the_registered_resource()
    {
        var inCopy = new DatastoreRequest { Datastore = "orders", Operation = "erase", RequestId = "r1", Subjects = ["vault/r1"], Target = new Target { Arn = Copy } };
        datastore.Next = new Step { Found = 1, Resume = "there" };
        var there = await HandleAsync(inCopy);
        datastore.Next = new Step { Found = 1, Resume = "here" };
        var here = await HandleAsync("erase");

        datastore.Next = new Step { Found = 1 };
        await HandleAsync(inCopy with { Continuation = there.Continuation });
        await HandleAsync("erase", here.Continuation);

        datastore.Calls.ShouldBe(["erase 1 from start", "erase 1 from start", "erase 1 from there", "erase 1 from here"]);
    }

    [Theory]
    [InlineData("erase")]
    [InlineData("verify")]
    public async Task Somebody_whom_no_key_leads_to_any_more_is_not_hidden_by_the_others_of_a_batch(string operation)
    {
        Remember(ImpatientTime.Start);
        vault.Ledger["ledger/r9"] = new Subject("ledger/r9", [new Identity("loyalty_card", "9", "raw")], ImpatientTime.Start);
        datastore.Next = new Step { Found = 1, Erased = 1 };

        var answer = await HandleAsync(Replay(operation) with { Subjects = ["ledger/r0", "ledger/r9"] });

        (answer.Outcome, answer.Erased).ShouldBe((Outcomes.Unreachable, 1));
        answer.Needs.ShouldBe(["customer_id", "email"]);
    }

    private static DatastoreRequest Replay(string operation) =>
        new() { Datastore = "orders", Operation = operation, ReplayId = "restore-1.0", Subjects = ["ledger/r0"], Target = new Target { Arn = Copy } };

    private void Remember(DateTimeOffset erasedAt) => vault.Ledger["ledger/r0"] = new Subject("ledger/r0", [new Identity("customer_id", "1", "raw")], erasedAt, erasedAt);

    private Task<DatastoreAnswer> HandleAsync(string operation, string? continuation = null, CancellationToken? deadline = null) => HandleAsync(
        new DatastoreRequest { Datastore = "orders", Operation = operation, RequestId = "r1", Subjects = ["vault/r1"], Continuation = continuation }, deadline);

    private Task<DatastoreAnswer> HandleAsync(DatastoreRequest request, CancellationToken? deadline = null, DatastoreFunction? function = null) => (function ?? Function())
        .HandleAsync(request, new Invocation("i1", TraceId: null, ImpatientTime.Start), deadline ?? TestContext.Current.CancellationToken);

    private DatastoreFunction Function() => new(Entry, vault, new DatastoreExport(Entry, new ObjectUpload(new AmazonS3Client("id", "secret", Amazon.RegionEndpoint.EUWest1), "none")), target =>
    {
        opened.Add(target is null ? "registered" : $"{target.Arn} {target.Unproven}");
        return datastore;
    });

    private static KeyMapping Mapping(string type) => new() { IdentityType = type, PartitionKey = new KeyAttribute { Name = "pk" } };

    private sealed class ScriptedDatastore : IDatastore
    {
        public Step Next { get; set; } = new() { Found = 0 };

        public Action OnCall { get; set; } = () => { };

        public List<string> Calls { get; } = [];

        public List<Subject> Subjects { get; } = [];

        public Task<Step> EraseAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => Answer("erase", subjects, resume);

        public Task<Step> VerifyAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => Answer("verify", subjects, resume);

        public Task<ExportStep> ExportAsync(IReadOnlyList<Subject> subjects, string? resume, IExportSink sink, CancellationToken deadline) =>
            throw new InvalidOperationException("These tests export nothing.");

        private Task<Step> Answer(string operation, IReadOnlyList<Subject> subjects, string? resume)
        {
            Calls.Add($"{operation} {string.Join(',', subjects.SelectMany(subject => subject.Identities).Select(identity => identity.Value))} from {resume ?? "start"}");
            Subjects.AddRange(subjects);
            OnCall();
            return Task.FromResult(Next);
        }
    }
}
