using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class AcceptRequestTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private IntakeHarness intake = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => intake = await IntakeHarness.CreateAsync(process);

    public ValueTask DisposeAsync() => intake.DisposeAsync();

    [Fact]
    public async Task A_request_is_kept_announced_and_started()
    {
        (await intake.DeliverAsync(Samples.Body("erasure-requested.json", "17793124-05d4-b198-2fde-7ededc63b103"))).ShouldBeTrue();

        var request = (await intake.RequestAsync()).ShouldNotBeNull();
        request.ShouldSatisfyAllConditions(
            () => request.Status.ShouldBe("pending"),
            () => request.Source.ShouldBe("com.example.shop"),
            () => request.Datastores.ShouldBe(["customers", "orders", "uploads"]),
            () => request.Unreachable.ShouldBeEmpty(),
            () => request.SubmittedAt.ShouldBe(new DateTimeOffset(2026, 11, 20, 9, 30, 0, TimeSpan.FromHours(1))),
            () => request.DueAt.ShouldBe(new DateTimeOffset(2026, 12, 20, 9, 30, 0, TimeSpan.FromHours(1))),
            () => request.ReceivedAt.ShouldBe(Samples.Now),
            () => request.EventId.ShouldBe("17793124-05d4-b198-2fde-7ededc63b103"),
            () => request.Attempt.ShouldBe(0),
            () => request.StartedAt.ShouldBeNull());
        intake.Workflows.Executions.ShouldHaveSingleItem().ShouldBe(new(Samples.RequestId, $$"""{"requestId":"{{Samples.RequestId}}","attempt":0}"""));
        intake.Events.Statuses.ShouldBe(["pending"]);
    }

    [Fact]
    public async Task The_status_is_an_event_of_the_published_contract()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json", "17793124-05d4-b198-2fde-7ededc63b103"));

        var detail = intake.Events.Published.ShouldHaveSingleItem();
        JsonNode.DeepEquals(detail, JsonNode.Parse("""
            {"source":"com.example.shop","subject_request_id":"8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90","subject_request_type":"erasure","request_status":"pending",
             "expected_completion_time":"2026-12-20T09:30:00+01:00","submitted_time":"2026-11-20T09:30:00+01:00","received_time":"2026-11-23T10:00:00+00:00",
             "source_event_id":"17793124-05d4-b198-2fde-7ededc63b103","dry_run":false}
            """)).ShouldBeTrue(detail.ToJsonString());
    }

    [Fact]
    public async Task The_vault_holds_for_each_datastore_what_it_maps_and_for_the_request_the_rest()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json", change: detail => detail["extensions"] = new JsonObject { ["note"] = "Ada" }));

        (await intake.OpenAsync("customers", Samples.RequestId))!.ToJsonString()
            .ShouldBe("""[{"type":"customer_id","value":"C-1042","format":"raw"}]""");
        (await intake.OpenAsync("orders", Samples.RequestId))!.ToJsonString()
            .ShouldBe("""[{"type":"email","value":"ada.lindqvist@example.com","format":"raw"}]""");
        (await intake.OpenAsync("uploads", Samples.RequestId))!.ToJsonString()
            .ShouldBe("""[{"type":"customer_id","value":"C-1042","format":"raw"}]""");
        (await intake.OpenAsync("@request", Samples.RequestId))!.ToJsonString()
            .ShouldBe("""{"status_callback_urls":["https://shop.example.com/privacy/callbacks"],"extensions":{"note":"Ada"}}""");
        intake.Envelope.Contexts.Select(context => context.Request).Distinct().ShouldBe([Samples.RequestId]);
    }

    [Theory]
    [InlineData('\u00f6')]
    [InlineData('\u007f')]
    public async Task The_largest_extensions_and_callbacks_fit_into_the_vault_whatever_letters_they_are_written_in(char letter)
    {
        var detail = Samples.Read("erasure-requested.json")["Detail"]!.AsObject();
        detail["status_callback_urls"] = new JsonArray([.. Enumerable.Repeat("https://example.com/".PadRight(Limits.CallbackLength, 'ö'), Limits.Callbacks).Select(url => JsonValue.Create(url))]);
        var notes = new string(letter, (Limits.ExtensionsBytes - 12) / Encoding.UTF8.GetByteCount([letter]));
        var text = detail.ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

        (await intake.DeliverAsync(
            Samples.Body("com.example.shop", "ErasureRequested", $"{text[..^1]},\"extensions\":{{\"notes\":\"{notes}\"}}}}"))).ShouldBeTrue();

        intake.Events.Statuses.ShouldBe(["pending"]);
        ((string)(await intake.OpenAsync("@request", Samples.RequestId))!["extensions"]!["notes"]!).ShouldBe(notes);
    }

    [Fact]
    public async Task A_datastore_that_cannot_be_reached_has_no_vault_entry_and_is_kept_with_what_it_needs()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested-unreachable-datastore.json"));

        var requestId = RequestId.Of("com.example.shop", "45c48cce-2e2d-4fbd-9a1a-fc51c7c6ad26");
        (await intake.Store.GetAsync(requestId, Cancellation))!.Unreachable["orders"].ShouldBe(["email"]);
        (await intake.OpenAsync("orders", requestId)).ShouldBeNull();
        (await intake.OpenAsync("customers", requestId)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_dry_run_is_accepted_as_one()
    {
        await intake.DeliverAsync(Samples.Body("erasure-dry-run.json"));

        var request = await intake.Store.GetAsync(RequestId.Of("com.example.shop", "d3d94468-02a4-4259-b55d-38e6d163e820"), Cancellation);
        request!.DryRun.ShouldBeTrue();
        ((bool)intake.Events.Published.Single()["dry_run"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_that_is_stored_published_started_or_logged_names_the_person()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        await intake.DeliverAsync(Samples.Body("rejected/conflict.json"));

        var visible = await intake.EverythingVisibleAsync();
        visible.ShouldContain(Samples.RequestId);
        foreach (var identifier in new[] { "C-1042", "C-1043", "lindqvist", "privacy/callbacks" }) visible.ShouldNotContain(identifier, Case.Insensitive);
    }

    [Fact]
    public async Task The_same_event_twice_is_one_request_one_execution_and_one_status()
    {
        var body = Samples.Body("erasure-requested.json", "17793124-05d4-b198-2fde-7ededc63b103");

        (await intake.DeliverAsync([body, body])).BatchItemFailures.ShouldBeEmpty();

        intake.Workflows.Executions.Count.ShouldBe(1);
        intake.Events.Statuses.ShouldBe(["pending"]);
    }

    [Fact]
    public async Task The_same_request_in_other_spelling_and_another_event_is_a_repetition()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        var before = await intake.RequestAsync();
        var detail = Samples.Read("erasure-requested.json")["Detail"]!.AsObject();
        var reordered = new JsonObject(detail.Reverse().Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));

        await intake.DeliverAsync(Samples.Body("com.example.shop", "ErasureRequested", reordered.ToJsonString(new() { WriteIndented = true })));

        (await intake.RequestAsync())!.EventId.ShouldBe(before!.EventId);
        intake.Events.Statuses.ShouldBe(["pending"]);
    }

    [Fact]
    public async Task A_repetition_of_a_request_that_is_at_work_does_not_start_it_again()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        await intake.Store.MarkStartedAsync(Samples.RequestId, 0, Cancellation);

        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));

        intake.Workflows.Starts.ShouldBe([Samples.RequestId]);
    }

    [Fact]
    public async Task A_repetition_of_a_request_that_nobody_saw_running_starts_it_again_which_is_harmless()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));

        (await intake.DeliverAsync(Samples.Body("erasure-requested.json"))).ShouldBeTrue();

        intake.Workflows.Starts.ShouldBe([Samples.RequestId, Samples.RequestId]);
        intake.Workflows.Executions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_crash_between_the_write_and_the_start_is_healed_when_the_message_comes_again()
    {
        var body = Samples.Body("erasure-requested.json");
        intake.Workflows.CrashBefore = true;

        (await intake.DeliverAsync(body)).ShouldBeFalse();
        (await intake.RequestAsync()).ShouldNotBeNull();
        intake.Workflows.Executions.ShouldBeEmpty();

        (await intake.DeliverAsync(body)).ShouldBeTrue();
        intake.Workflows.Executions.Keys.ShouldBe([Samples.RequestId]);
        intake.Events.Statuses.ShouldBe(["pending"]);
    }

    [Fact]
    public async Task A_crash_after_the_start_leaves_one_execution()
    {
        var body = Samples.Body("erasure-requested.json");
        intake.Workflows.CrashAfter = true;

        (await intake.DeliverAsync(body)).ShouldBeFalse();
        (await intake.DeliverAsync(body)).ShouldBeTrue();

        intake.Workflows.Executions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_crash_before_the_status_was_published_is_healed_and_nothing_had_started()
    {
        var body = Samples.Body("erasure-requested.json");
        intake.Events.CrashBefore = true;

        (await intake.DeliverAsync(body)).ShouldBeFalse();
        intake.Workflows.Executions.ShouldBeEmpty();

        (await intake.DeliverAsync(body)).ShouldBeTrue();
        intake.Events.Statuses.ShouldBe(["pending"]);
        intake.Workflows.Executions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_a_conflict_that_changes_nothing_of_the_first()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        var before = await intake.Tables.ScanAsync(DynamoDbFixture.Vault, Cancellation);

        (await intake.DeliverAsync(Samples.Body("rejected/conflict.json", "315c1398-40ff-a850-213b-158f73e60175"))).ShouldBeTrue();

        var rejection = intake.Events.Published[^1];
        ((string)rejection["request_status"]!).ShouldBe("rejected");
        ((string)rejection["source_event_id"]!).ShouldBe("315c1398-40ff-a850-213b-158f73e60175");
        ((string)rejection["reasons"]![0]!["code"]!).ShouldBe("conflict");
        (await intake.RequestAsync())!.Status.ShouldBe("pending");
        (await intake.Tables.ScanAsync(DynamoDbFixture.Vault, Cancellation)).Count.ShouldBe(before.Count);
        (await intake.OpenAsync("customers", Samples.RequestId))!.ToJsonString().ShouldContain("C-1042");
        intake.Workflows.Executions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_id_from_another_application_is_another_request()
    {
        var detail = Samples.Read("rejected/conflict.json")["Detail"]!.ToJsonString();
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));

        await intake.DeliverAsync(Samples.Body("com.example.blog", "ErasureRequested", detail));

        intake.Workflows.Executions.Count.ShouldBe(2);
        intake.Events.Statuses.ShouldBe(["pending", "pending"]);
    }

    [Fact]
    public async Task A_rejected_event_does_not_occupy_its_id()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json", change: detail => detail["submitted_time"] = "2026-11-20T09:30:00"));
        intake.Events.Statuses.ShouldBe(["rejected"]);

        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));

        intake.Events.Statuses.ShouldBe(["rejected", "pending"]);
        intake.Workflows.Executions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_rejected_event_stays_rejected_when_it_comes_again_though_it_would_pass_by_then()
    {
        var body = Samples.Body("erasure-requested.json", change: detail => detail["submitted_time"] = "2026-11-23T10:06:00Z");
        await intake.DeliverAsync(body);
        intake.Time.Now += TimeSpan.FromMinutes(6);

        (await intake.DeliverAsync(body)).ShouldBeTrue();

        intake.Events.Statuses.ShouldBe(["rejected"]);
        (await intake.RequestAsync()).ShouldBeNull();
        intake.Workflows.Executions.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_accepted_event_stays_accepted_when_it_comes_again_though_it_would_not_pass_by_then()
    {
        var body = Samples.Body("erasure-requested.json");
        intake.Workflows.CrashBefore = true;
        await intake.DeliverAsync(body);
        intake.DataMap = Samples.DataMap with { Datastores = [Samples.Datastore("letters", "s3", new Functions.Datastores.KeyMapping { IdentityType = "phone" })] };

        (await intake.DeliverAsync(body)).ShouldBeTrue();

        intake.Events.Statuses.ShouldBe(["pending"]);
        intake.Workflows.Executions.Keys.ShouldBe([Samples.RequestId]);
    }

    [Fact]
    public async Task A_request_that_is_published_again_in_another_event_is_a_repetition_though_it_would_not_pass_by_then()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        intake.DataMap = Samples.DataMap with { Datastores = [] };
        intake.Time.Now += TimeSpan.FromDays(6 * 366);

        (await intake.DeliverAsync(Samples.Body("erasure-requested.json"))).ShouldBeTrue();

        intake.Events.Statuses.ShouldBe(["pending"]);
    }

    [Fact]
    public async Task What_would_not_pass_and_says_something_else_than_the_request_is_rejected()
    {
        var detail = Samples.Read("erasure-requested.json")["Detail"]!.ToJsonString();
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));

        await intake.DeliverAsync(Samples.Body("com.example.shop", "AccessRequested", detail));
        await intake.DeliverAsync(Samples.Body("com.example.shop", "ErasureRequested", detail[..^1] + ",\"extensions\":[]}"));
        await intake.DeliverAsync(Samples.Body("com.example.shop", "ErasureRequested", detail[..^1] + ",\"more\":1e999}"));

        intake.Events.Statuses.ShouldBe(["pending", "rejected", "rejected", "rejected"]);
    }

    [Fact]
    public async Task Deliveries_at_the_same_moment_make_one_request()
    {
        var body = Samples.Body("erasure-requested.json", "17793124-05d4-b198-2fde-7ededc63b103");

        await Parallel.ForEachAsync(Enumerable.Range(0, 4), Cancellation, async (_, _) =>
        {
            // What loses a race is delivered again.
            while (!await intake.DeliverAsync(body)) Cancellation.ThrowIfCancellationRequested();
        });

        intake.Workflows.Executions.Count.ShouldBe(1);
        (await intake.Tables.ScanAsync(DynamoDbFixture.Requests, Cancellation)).Count(item => item["sk"].S == "request").ShouldBe(1);
    }
}
