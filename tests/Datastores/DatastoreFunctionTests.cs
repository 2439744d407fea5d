using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
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
        Keys = [Mapping("customer_id"), Mapping("email"), Mapping("email")],
        Action = new ErasureAction { Kind = ErasureAction.Delete },
        IndexPauseSeconds = 45,
    };

    private readonly FakeVault vault = new("orders") { Entries = { ["vault/r1"] = [new Identity("customer_id", "1", "raw")] } };
    private readonly ScriptedDatastore datastore = new();

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
    [InlineData("orders", "export", "vault/r1")]
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

    private Task<DatastoreAnswer> HandleAsync(string operation, string? continuation = null, CancellationToken? deadline = null) => HandleAsync(
        new DatastoreRequest { Datastore = "orders", Operation = operation, RequestId = "r1", Subjects = ["vault/r1"], Continuation = continuation }, deadline);

    private Task<DatastoreAnswer> HandleAsync(DatastoreRequest request, CancellationToken? deadline = null) => new DatastoreFunction(Entry, vault, datastore)
        .HandleAsync(request, new Invocation("i1", TraceId: null, ImpatientTime.Start), deadline ?? TestContext.Current.CancellationToken);

    private static KeyMapping Mapping(string type) => new() { IdentityType = type, PartitionKey = new KeyAttribute { Name = "pk" } };

    private sealed class ScriptedDatastore : IDatastore
    {
        public Step Next { get; set; } = new() { Found = 0 };

        public Action OnCall { get; set; } = () => { };

        public List<string> Calls { get; } = [];

        public Task<Step> EraseAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => Answer("erase", subjects, resume);

        public Task<Step> VerifyAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => Answer("verify", subjects, resume);

        private Task<Step> Answer(string operation, IReadOnlyList<Subject> subjects, string? resume)
        {
            Calls.Add($"{operation} {string.Join(',', subjects.SelectMany(subject => subject.Identities).Select(identity => identity.Value))} from {resume ?? "start"}");
            OnCall();
            return Task.FromResult(Next);
        }
    }
}
