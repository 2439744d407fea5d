using Amazon.SQS;
using Amazon.SQS.Model;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

/// <summary>Batches answer entry by entry, unless the batch itself is wrong; and what SQS takes.</summary>
public sealed class SqsBatchTests : SqsTest
{
    [Fact]
    public async Task Visibility_changes_for_the_entries_that_are_in_flight()
    {
        var queue = await CreateAsync(("VisibilityTimeout", "60"));
        foreach (var body in new[] { "1", "2", "3" }) await Sqs.SendMessageAsync(queue, body, Cancellation);
        var received = await ReceiveAsync(queue);
        await Sqs.ChangeMessageVisibilityAsync(queue, received[2].ReceiptHandle, 0, Cancellation);

        var answer = await Sqs.ChangeMessageVisibilityBatchAsync(
            queue,
            [
                new("back", received[0].ReceiptHandle) { VisibilityTimeout = 0 },
                new("nonsense", "nonsense") { VisibilityTimeout = 0 },
                new("visible", received[2].ReceiptHandle) { VisibilityTimeout = 5 },
                new("long", received[1].ReceiptHandle) { VisibilityTimeout = 43_201 },
            ],
            Cancellation);

        answer.Successful.ShouldHaveSingleItem().Id.ShouldBe("back");
        answer.Failed.Select(failed => (failed.Id, failed.Code, failed.SenderFault == true)).ShouldBe(
            [("nonsense", "ReceiptHandleIsInvalid", true), ("visible", "MessageNotInflight", true), ("long", "InvalidParameterValue", true)], ignoreOrder: true);
        (await ReceiveAsync(queue)).Select(message => message.Body).ShouldBe([received[0].Body, received[2].Body], ignoreOrder: true);
    }

    [Fact]
    public async Task Ten_messages_go_at_once_each_with_its_own_delay()
    {
        var queue = await CreateAsync();

        var answer = await Sqs.SendMessageBatchAsync(queue, [.. Enumerable.Range(0, 10).Select(number => new SendMessageBatchRequestEntry($"e{number}", $"{number}") { DelaySeconds = number < 4 ? 60 : 0 })], Cancellation);

        (answer.Failed ?? []).ShouldBeEmpty();
        answer.Successful.Select(sent => sent.Id).ShouldBe(Enumerable.Range(0, 10).Select(number => $"e{number}"));
        (await CountAsync(queue)).ShouldBe((6, 0, 4));
    }

    [Theory]
    [InlineData("too many", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest")]
    [InlineData("odd id", "AWS.SimpleQueueService.InvalidBatchEntryId")]
    [InlineData("too long", "AWS.SimpleQueueService.BatchRequestTooLong")]
    public async Task A_batch_that_is_wrong_itself_is_refused_whole(string wrong, string code)
    {
        var queue = await CreateAsync();
        List<SendMessageBatchRequestEntry> entries = wrong switch
        {
            "too many" => [.. Enumerable.Range(0, 11).Select(number => new SendMessageBatchRequestEntry($"e{number}", "body"))],
            "odd id" => [new("fine", "body"), new("not fine", "body")],
            _ => [new("first", new string('x', 600_000)), new("second", new string('x', 600_000))],
        };

        (await Should.ThrowAsync<AmazonSQSException>(() => Sqs.SendMessageBatchAsync(queue, entries, Cancellation))).ErrorCode.ShouldBe(code);

        (await CountAsync(queue)).ShouldBe((0, 0, 0));
    }

    [Theory]
    [InlineData("delay of 901 seconds", "InvalidParameterValue")]
    [InlineData("body of more than a mebibyte", "InvalidParameterValue")]
    [InlineData("body with a character that XML cannot hold", "InvalidMessageContents")]
    [InlineData("eleven attributes", "InvalidParameterValue")]
    [InlineData("attribute without a value", "InvalidParameterValue")]
    public async Task A_message_beyond_what_SQS_takes_is_refused(string what, string code)
    {
        var queue = await CreateAsync();
        var request = what switch
        {
            "delay of 901 seconds" => new SendMessageRequest(queue, "body") { DelaySeconds = 901 },
            "body of more than a mebibyte" => new SendMessageRequest(queue, new string('x', 1_048_577)),
            "eleven attributes" => new SendMessageRequest(queue, "body")
            {
                MessageAttributes = Enumerable.Range(0, 11).ToDictionary(number => $"a{number}", _ => new MessageAttributeValue { DataType = "String", StringValue = "x" }),
            },
            "attribute without a value" => new SendMessageRequest(queue, "body") { MessageAttributes = new() { ["empty"] = new() { DataType = "String", StringValue = "" } } },
            _ => new SendMessageRequest(queue, "\u0000"),
        };

        (await Should.ThrowAsync<AmazonSQSException>(() => Sqs.SendMessageAsync(request, Cancellation))).ErrorCode.ShouldBe(code);

        (await CountAsync(queue)).ShouldBe((0, 0, 0));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(11, 0, 0)]
    [InlineData(1, 21, 0)]
    [InlineData(1, 0, 43_201)]
    public async Task A_receive_beyond_what_SQS_takes_is_refused(int messages, int wait, int visibility)
    {
        var queue = await CreateAsync();

        var refused = await Should.ThrowAsync<AmazonSQSException>(() => Sqs.ReceiveMessageAsync(
            new ReceiveMessageRequest(queue) { MaxNumberOfMessages = messages, WaitTimeSeconds = wait, VisibilityTimeout = visibility }, Cancellation));

        refused.ErrorCode.ShouldBe("InvalidParameterValue");
    }
}
