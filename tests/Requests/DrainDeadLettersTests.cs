using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime.Sqs;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Events;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class DrainDeadLettersTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private const string EventId = "17793124-05d4-b198-2fde-7ededc63b103";
    private IntakeHarness intake = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => intake = await IntakeHarness.CreateAsync(process);

    public ValueTask DisposeAsync() => intake.DisposeAsync();

    [Fact]
    public async Task A_dead_letter_is_kept_sealed_and_reported_as_failed()
    {
        var body = Samples.Body("erasure-requested.json", EventId);

        (await intake.DrainAsync(Letter("dead-1", body))).BatchItemFailures.ShouldBeEmpty();

        (await OpenAsync("dead-1")).ShouldBe(body);
        var row = (await intake.Tables.GetAsync(DynamoDbFixture.Requests, $"event#{EventId}", "dead-letter", Cancellation)).ShouldNotBeNull();
        row["source"].S.ShouldBe("com.example.shop");
        row["detailType"].S.ShouldBe("ErasureRequested");
        row["subjectRequestId"].S.ShouldBe("8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90");
        row["errorCode"].S.ShouldBe("SDK_CLIENT_ERROR");
        row["queue"].S.ShouldEndWith("intake-dlq");
        var published = intake.Events.Published.ShouldHaveSingleItem();
        ((string)published["request_status"]!).ShouldBe("failed");
        ((string)published["source_event_id"]!).ShouldBe(EventId);
        published["reasons"]!.AsArray().Select(reason => (string)reason!["code"]!).ShouldBe(["dead_letter"]);
    }

    [Fact]
    public async Task Nothing_of_a_dead_letter_is_seen_outside_the_vault()
    {
        await intake.DrainAsync(Letter("dead-1", Samples.Body("erasure-requested.json", EventId)), Letter("dead-2", "ada.lindqvist@example.com"));

        var visible = await intake.EverythingVisibleAsync();
        visible.ShouldContain("dead-2");
        foreach (var identifier in new[] { "C-1042", "lindqvist", "quoted by the error" }) visible.ShouldNotContain(identifier, Case.Insensitive);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not JSON: ada.lindqvist@example.com")]
    [InlineData("""{"detail":{"subject_request_id":"ada"},"source":"ada@example.com","detail-type":"Ada"}""")]
    public async Task Whatever_the_message_holds_it_is_kept(string body)
    {
        (await intake.DrainAsync(Letter("dead-1", body))).BatchItemFailures.ShouldBeEmpty();

        (await OpenAsync("dead-1")).ShouldBe(body);
        intake.Events.Statuses.ShouldBe(["failed"]);
        intake.Events.Published[0].ContainsKey("subject_request_id").ShouldBeFalse();
    }

    [Fact]
    public async Task The_largest_message_that_cannot_be_compressed_is_kept()
    {
        var random = new byte[768 * 1024];
        RandomNumberGenerator.Fill(random);
        var body = Convert.ToBase64String(random);

        (await intake.DrainAsync(Letter("dead-1", body))).BatchItemFailures.ShouldBeEmpty();

        (await OpenAsync("dead-1")).ShouldBe(body);
    }

    [Fact]
    public async Task The_same_dead_letter_twice_is_reported_once()
    {
        var letter = Letter("dead-1", Samples.Body("erasure-requested.json", EventId));

        await intake.DrainAsync(letter);
        await intake.DrainAsync(letter);

        intake.Events.Statuses.ShouldBe(["failed"]);
    }

    [Fact]
    public async Task A_crash_before_the_report_is_healed()
    {
        var letter = Letter("dead-1", Samples.Body("erasure-requested.json", EventId));
        intake.Events.CrashBefore = true;

        (await intake.DrainAsync(letter)).BatchItemFailures.ShouldHaveSingleItem().ItemIdentifier.ShouldBe("dead-1");
        (await intake.DrainAsync(letter)).BatchItemFailures.ShouldBeEmpty();

        intake.Events.Statuses.ShouldBe(["failed"]);
    }

    [Theory]
    [InlineData("pending", "pending")]
    [InlineData("erasing", "in_progress")]
    [InlineData("completed", "completed")]
    public async Task A_request_that_exists_is_named_as_it_stands_and_left_so(string status, string expected)
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));
        if (status != "pending") await intake.BeginAsync(Samples.RequestId);
        if (status == "completed") await intake.Store.CompleteAsync(Samples.RequestId, status, Cancellation);

        await intake.DrainAsync(Letter("dead-1", Samples.Body("request-cancelled.json", EventId)));

        var published = intake.Events.Published[^1];
        ((string)published["request_status"]!).ShouldBe(expected);
        published["reasons"]!.AsArray().Select(reason => (string)reason!["code"]!).ShouldBe(["dead_letter", "request_exists"]);
        (await SampleSchemaTests.ValidateAsync("RequestStatusChanged", published.ToJsonString())).ShouldBeEmpty();
        (await intake.RequestAsync())!.Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_lost_notice_of_a_failed_execution_names_its_request()
    {
        await intake.DeliverAsync(Samples.Body("erasure-requested.json"));

        await intake.DrainAsync(Letter("dead-1", ExecutionEvents.Body(0, "FAILED")));

        ((string)intake.Events.Published[^1]["subject_request_id"]!).ShouldBe("8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90");
    }

    private static SqsMessage Letter(string messageId, string body) => new()
    {
        MessageId = messageId,
        Body = body,
        EventSourceArn = "arn:aws:sqs:eu-west-1:000000000000:intake-dlq",
        MessageAttributes = new Dictionary<string, SqsMessageAttribute>
        {
            ["ERROR_CODE"] = new() { DataType = "String", StringValue = "SDK_CLIENT_ERROR" },
            ["ERROR_MESSAGE"] = new() { DataType = "String", StringValue = "quoted by the error" },
            ["RULE_ARN"] = new() { DataType = "String", StringValue = "quoted by the error" },
        },
    };

    private async Task<string> OpenAsync(string messageId)
    {
        using var compressed = new MemoryStream();
        for (var part = 1; await PartAsync(messageId, part) is { } item; part++)
            compressed.Write(await intake.Envelope.OpenAsync(messageId, DeadLetterStore.Context, item["sealed"].B.ToArray(), Cancellation));
        compressed.Position = 0;
        using var brotli = new BrotliStream(compressed, CompressionMode.Decompress);
        using var reader = new StreamReader(brotli, Encoding.UTF8);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private Task<Dictionary<string, AttributeValue>?> PartAsync(string messageId, int part) =>
        intake.Tables.GetAsync(DynamoDbFixture.Vault, $"@dead-letter#{messageId}", part == 1 ? "message" : $"message#{part}", Cancellation);
}
