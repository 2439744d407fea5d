using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Tests.Events;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class StatusEventsTests
{
    private static readonly RequestRecord Request = new()
    {
        RequestId = Samples.RequestId,
        Source = "com.example.shop",
        SubjectRequestId = "8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90",
        Type = "erasure",
        Regulation = "gdpr",
        ApiVersion = "2.0",
        DryRun = false,
        SubmittedAt = new(2026, 11, 20, 9, 30, 0, TimeSpan.FromHours(1)),
        ReceivedAt = Samples.Now,
        DueAt = new(2026, 12, 20, 8, 30, 0, TimeSpan.Zero),
        Status = "erasing",
        DetailMac = "mac",
        EventId = "17793124-05d4-b198-2fde-7ededc63b103",
        Datastores = ["customers"],
        Unreachable = new Dictionary<string, IReadOnlyList<string>>(),
    };

    private static readonly StatusDetails Everything = new()
    {
        Outcomes =
        [
            new() { Datastore = "customers", Target = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers-restored-1", Kind = "dynamodb", Outcome = "erased", Found = 5, Erased = 4, VerifiedAt = Samples.Now },
            new() { Datastore = "uploads", Kind = "s3", Outcome = "exempt", Found = 9, Erased = 7, Exempt = 2, ExemptUntil = Samples.Now, Error = "DatastoreThrottled", Reason = "legal_claims", Needs = ["email"] },
        ],
        Reasons = [Reason.ExecutionEnded("execution_failed")],
        BackupsExpireBy = new(2026, 12, 28),
        Waiting = ["uploads"],
        Cancellation = "refused",
        DueNotice = "overdue",
        EventId = "315c1398-40ff-a850-213b-158f73e60175",
    };

    [Theory]
    [InlineData("pending")]
    [InlineData("in_progress")]
    [InlineData("completed")]
    [InlineData("partially_completed")]
    [InlineData("cancelled")]
    [InlineData("failed")]
    [InlineData("rejected")]
    public async Task A_status_event_is_what_its_schema_says(string status)
    {
        foreach (var details in new[] { new StatusDetails(), Everything })
            (await SampleSchemaTests.ValidateAsync("RequestStatusChanged", await DetailAsync(Request, status, details))).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_does_not_apply_is_absent() =>
        (await DetailAsync(Request, "pending", new())).ShouldNotContain("null");

    [Theory]
    [InlineData(false, 11)]
    [InlineData(true, 14)]
    public void The_results_are_the_records_erased_or_in_a_dry_run_those_that_would_be(bool dryRun, long count) =>
        StatusEvents.Of(Request with { DryRun = dryRun }, "completed", Everything).ResultsCount.ShouldBe(count);

    [Fact]
    public void The_due_date_is_given_in_the_offset_in_which_the_person_asked() =>
        StatusEvents.Of(Request, "pending", new()).ExpectedCompletionTime!.Value.Offset.ShouldBe(TimeSpan.FromHours(1));

    private static async Task<string> DetailAsync(RequestRecord request, string status, StatusDetails details)
    {
        var bus = new FakeEvents();
        await new StatusEvents(bus, "bus").PublishAsync(request, status, TestContext.Current.CancellationToken, details);
        return bus.Published.ShouldHaveSingleItem().ToJsonString();
    }
}
