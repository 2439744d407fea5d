using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class CancelRequestTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private IntakeHarness intake = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => intake = await IntakeHarness.CreateAsync(process);

    public ValueTask DisposeAsync() => intake.DisposeAsync();

    [Fact]
    public async Task Before_the_first_erasure_a_cancellation_cancels_the_request_for_good()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));

        (await CancelAsync()).ShouldBeTrue();

        (await intake.RequestAsync())!.Status.ShouldBe("cancelled");
        Last("request_status").ShouldBe("cancelled");
        Last("cancellation").ShouldBe("accepted");
        (await intake.BeginAsync(Samples.RequestId)).ShouldBeFalse();
        (await OpenRequestsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Once_erasing_has_begun_a_cancellation_is_refused_and_says_where_the_request_stands()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        (await intake.BeginAsync(Samples.RequestId)).ShouldBeTrue();

        (await CancelAsync("315c1398-40ff-a850-213b-158f73e60175")).ShouldBeTrue();

        (await intake.RequestAsync())!.Status.ShouldBe("erasing");
        Last("request_status").ShouldBe("in_progress");
        Last("cancellation").ShouldBe("refused");
        Last("source_event_id").ShouldBe("315c1398-40ff-a850-213b-158f73e60175");
    }

    [Fact]
    public async Task A_cancellation_that_arrives_first_is_kept_and_seen_when_its_request_comes()
    {
        (await CancelAsync()).ShouldBeTrue();
        Last("request_status").ShouldBe("cancelled");
        Last("cancellation").ShouldBe("kept");

        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));

        (await intake.Store.HasCancellationAsync(Samples.RequestId, Cancellation)).ShouldBeTrue();
        // What planning does then.
        (await intake.Store.TryCancelAsync(Samples.RequestId, Cancellation)).Outcome.ShouldBe("accepted");
        (await intake.BeginAsync(Samples.RequestId)).ShouldBeFalse();
    }

    [Fact]
    public async Task One_write_decides_between_cancelled_and_erasing()
    {
        for (var round = 0; round < 5; round++)
        {
            var id = Guid.NewGuid().ToString();
            await intake.DeliverAsync(Samples.Body("erasure-requested.json", change: detail => detail["subject_request_id"] = id));
            var requestId = RequestId.Of("com.example.shop", id);

            var request = (await intake.Store.GetAsync(requestId, Cancellation)).ShouldNotBeNull();

            var erasing = intake.Store.TryBeginAsync(request, Cancellation);
            var cancelling = intake.Store.TryCancelAsync(requestId, Cancellation);

            (await erasing).ShouldBe((await cancelling).Outcome == "refused");
        }
    }

    [Fact]
    public async Task Another_applications_cancellation_does_not_touch_the_request()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));

        await intake.DeliverAsync(Samples.Body("com.example.blog", "RequestCancelled", Samples.Read("request-cancelled.json")["Detail"]!.ToJsonString()));

        (await intake.RequestAsync())!.Status.ShouldBe("pending");
        Last("cancellation").ShouldBe("kept");
    }

    [Fact]
    public async Task The_same_cancellation_twice_is_answered_once()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        await CancelAsync("315c1398-40ff-a850-213b-158f73e60175");
        await CancelAsync("315c1398-40ff-a850-213b-158f73e60175");

        intake.Events.Statuses.ShouldBe(["pending", "cancelled"]);
    }

    [Fact]
    public async Task A_crash_before_the_answer_is_healed()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        intake.Events.CrashBefore = true;
        (await CancelAsync("315c1398-40ff-a850-213b-158f73e60175")).ShouldBeFalse();

        (await CancelAsync("315c1398-40ff-a850-213b-158f73e60175")).ShouldBeTrue();

        intake.Events.Statuses.ShouldBe(["pending", "cancelled"]);
    }

    [Fact]
    public async Task Cancelling_a_request_whose_execution_failed_before_erasing_starts_one_that_cleans_up()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        await intake.Store.TryFailAsync(Samples.RequestId, 0, Cancellation);

        (await CancelAsync()).ShouldBeTrue();

        (await intake.RequestAsync())!.Status.ShouldBe("cancelled");
        intake.Workflows.Executions.Keys.ShouldBe([Samples.RequestId, $"{Samples.RequestId}-r1"]);
    }

    [Fact]
    public async Task Cancelling_a_request_whose_execution_failed_while_erasing_is_refused()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        await intake.BeginAsync(Samples.RequestId);
        await intake.Store.TryFailAsync(Samples.RequestId, 0, Cancellation);

        await CancelAsync();

        Last("cancellation").ShouldBe("refused");
        Last("request_status").ShouldBe("failed");
    }

    [Theory]
    [InlineData("erasure-requested.json", "8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90")]
    [InlineData("erasure-dry-run.json", "d3d94468-02a4-4259-b55d-38e6d163e820")]
    public async Task A_request_that_waits_for_an_operator_began_before_and_cannot_be_cancelled(string sample, string subjectRequestId)
    {
        await intake.DeliverAsync(Samples.Body(sample));
        var requestId = RequestId.Of("com.example.shop", subjectRequestId);
        await intake.BeginAsync(requestId);
        await intake.Store.SetTaskTokenAsync(requestId, "token-1", Cancellation);

        await intake.DeliverAsync(Samples.Body("request-cancelled.json", change: detail => detail["subject_request_id"] = subjectRequestId));

        Last("cancellation").ShouldBe("refused");
        (await intake.Store.GetAsync(requestId, Cancellation))!.TaskToken.ShouldBe("token-1");
    }

    [Fact]
    public async Task A_request_that_has_ended_cannot_be_cancelled()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        await intake.BeginAsync(Samples.RequestId);
        await intake.Store.CompleteAsync(Samples.RequestId, "completed", Cancellation);

        await CancelAsync();

        Last("request_status").ShouldBe("completed");
        Last("cancellation").ShouldBe("refused");
    }

    private Task<bool> CancelAsync(string? eventId = null) => intake.DeliverAsync(Samples.Body("request-cancelled.json", eventId));

    private string? Last(string field) => (string?)intake.Events.Published[^1][field];

    private async Task<IReadOnlyList<RequestRecord>> OpenRequestsAsync() => await intake.Store.ListOpenAsync(Cancellation).ToListAsync(Cancellation);
}
