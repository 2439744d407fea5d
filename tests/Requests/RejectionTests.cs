using System.Globalization;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Events;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class RejectionTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private const string EventId = "17793124-05d4-b198-2fde-7ededc63b103";
    private IntakeHarness intake = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => intake = await IntakeHarness.CreateAsync(process);

    public ValueTask DisposeAsync() => intake.DisposeAsync();

    [Fact]
    public async Task A_rejection_is_recorded_under_its_event_for_a_year_and_published()
    {
        (await intake.DeliverAsync(Samples.Body("rejected/submitted-time-without-offset.json", EventId))).ShouldBeTrue();

        var row = (await intake.Tables.GetAsync(DynamoDbFixture.Requests, $"event#{EventId}", "rejection", Cancellation)).ShouldNotBeNull();
        row["source"].S.ShouldBe("com.example.shop");
        row["detailType"].S.ShouldBe("ErasureRequested");
        row["expiresAt"].N.ShouldBe(Samples.Now.AddYears(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        var published = intake.Events.Published.ShouldHaveSingleItem();
        ((string)published["source_event_id"]!).ShouldBe(EventId);
        published["reasons"]!.ToJsonString().ShouldBe("""[{"field":"/submitted_time","code":"no_offset","message":"The time must say its offset from UTC."}]""");
        (await SampleSchemaTests.ValidateAsync("RequestStatusChanged", published.ToJsonString())).ShouldBeEmpty();
        intake.Workflows.Executions.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_with_very_many_faults_is_rejected_with_each_kind_of_them_once()
    {
        var broken = string.Join(',', Enumerable.Range(0, 50_000).Select(number => $"\"x{number}\":\"\\ud800\""));
        var body = Samples.Body("erasure-requested.json", EventId).Replace("\"regulation\"", $"{broken},\"regulation\"", StringComparison.Ordinal);

        (await intake.DeliverAsync(body)).ShouldBeTrue();

        intake.Events.Published.ShouldHaveSingleItem()["reasons"]!.AsArray().Select(reason => (string)reason!["code"]!).ShouldBe(["broken_text"]);
    }

    [Fact]
    public async Task A_rejection_is_published_once_however_often_its_event_comes()
    {
        var body = Samples.Body("rejected/regulation-unknown.json", EventId);

        (await intake.DeliverAsync([body, body])).BatchItemFailures.ShouldBeEmpty();

        intake.Events.Statuses.ShouldBe(["rejected"]);
    }

    [Fact]
    public async Task A_crash_before_a_rejection_was_published_is_healed_with_the_reasons_of_the_first_time()
    {
        var body = Samples.Body("rejected/submitted-time-too-old.json", EventId);
        intake.Events.CrashBefore = true;
        (await intake.DeliverAsync(body)).ShouldBeFalse();
        intake.DataMap = Samples.DataMap with { Datastores = [] };

        (await intake.DeliverAsync(body)).ShouldBeTrue();

        intake.Events.Published.ShouldHaveSingleItem()["reasons"]!.AsArray().Select(reason => (string)reason!["code"]!).ShouldBe(["too_old"]);
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_is_rejected_under_its_messages_id()
    {
        (await intake.DeliverAsync(Samples.Text("rejected/body-not-json.txt"))).ShouldBeTrue();

        (await intake.Tables.GetAsync(DynamoDbFixture.Requests, "event#message-1", "rejection", Cancellation)).ShouldNotBeNull();
        ((string)intake.Events.Published.Single()["reasons"]![0]!["code"]!).ShouldBe("not_json");
        (await intake.EverythingVisibleAsync()).ShouldNotContain("lindqvist", Case.Insensitive);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"ada\"")]
    [InlineData("{}")]
    [InlineData("""{"source":"com.example.shop","detail-type":"ErasureRequested"}""")]
    [InlineData("""{"source":"com.example.shop","detail-type":"ErasureRequested","detail":"ada"}""")]
    [InlineData("""{"source":1,"detail-type":"ErasureRequested","detail":{}}""")]
    [InlineData("""{"source":"\ud800","detail-type":"ErasureRequested","detail":{}}""")]
    public async Task What_is_no_event_is_rejected_as_such(string body)
    {
        (await intake.DeliverAsync(body)).ShouldBeTrue();

        ((string)intake.Events.Published.Single()["reasons"]![0]!["code"]!).ShouldBe("not_json");
    }

    [Fact]
    public async Task An_event_of_another_type_is_rejected_and_its_type_not_repeated()
    {
        await intake.DeliverAsync(Samples.Body("com.example.shop", "Ada wants out", "{}", EventId));

        ((string)intake.Events.Published.Single()["reasons"]![0]!["code"]!).ShouldBe("unknown_detail_type");
        (await intake.EverythingVisibleAsync()).ShouldNotContain("Ada wants out");
    }

    [Fact]
    public async Task What_a_rejected_event_said_is_kept_nowhere()
    {
        foreach (var (index, file) in Directory.EnumerateFiles(Repository.PathOf("events", "rejected"), "*.json").Index())
        {
            var name = Path.GetFileName(file);
            if (name is "duplicate-field.json" or "conflict.json") continue;

            // A random id may happen to hold what is searched for.
            (await intake.DeliverAsync(Samples.Body($"rejected/{name}", $"00000000-0000-4000-8000-{index:D12}"))).ShouldBeTrue(name);
        }

        intake.Events.Statuses.Distinct().ShouldBe(["rejected"]);
        var visible = await intake.EverythingVisibleAsync();
        foreach (var value in new[] { "C-1042", "C-20", "lindqvist", "REQ-2026", "rectification", "9300-5512", "0c7540eb", "secret", "shop.example.com", "the one of last week", "Ada asked", "warehouse" })
            visible.ShouldNotContain(value, Case.Insensitive);
    }

    [Fact]
    public async Task A_message_that_fails_does_not_fail_the_others_of_its_batch()
    {
        intake.Events.CrashBefore = true;

        var response = await intake.DeliverAsync(
            [Samples.Body("erasure-requested.json"), Samples.Body("rejected/no-identities.json"), Samples.Body("erasure-requested-another-person.json")]);

        response.BatchItemFailures.ShouldHaveSingleItem().ItemIdentifier.ShouldBe("message-1");
        intake.Events.Statuses.ShouldBe(["rejected", "pending"]);
    }
}
