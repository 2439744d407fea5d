using Amazon.SQS.Model;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

/// <summary>When a message is there to be received, and when it is no longer.</summary>
public sealed class SqsDeliveryTests : SqsTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task A_message_is_received_as_often_as_the_policy_says_and_then_lies_whole_in_the_dead_letter_queue(int maxReceiveCount)
    {
        var deadLetters = await CreateAsync("dead");
        var queue = await CreateAsync(("VisibilityTimeout", "0"), await RedriveAsync(deadLetters, maxReceiveCount));
        var sent = await Sqs.SendMessageAsync(
            new SendMessageRequest(queue, "body") { MessageAttributes = new() { ["kind"] = new() { DataType = "Number.int", StringValue = "7" } } }, Cancellation);

        for (var receive = 1; receive <= maxReceiveCount; receive++)
            (await ReceiveAsync(queue)).ShouldHaveSingleItem().Attributes["ApproximateReceiveCount"].ShouldBe($"{receive}");

        (await ReceiveAsync(queue)).ShouldBeEmpty();
        (await CountAsync(queue)).ShouldBe((0, 0, 0));
        var letter = (await ReceiveAsync(deadLetters)).ShouldHaveSingleItem();
        (letter.MessageId, letter.Body, letter.MessageAttributes["kind"].StringValue).ShouldBe((sent.MessageId, "body", "7"));
    }

    [Fact]
    public async Task A_message_that_is_deleted_at_its_last_receive_is_not_dead_lettered()
    {
        var deadLetters = await CreateAsync("dead");
        var queue = await CreateAsync(("VisibilityTimeout", "0"), await RedriveAsync(deadLetters, 1));
        await Sqs.SendMessageAsync(queue, "body", Cancellation);
        await Sqs.DeleteMessageAsync(queue, (await ReceiveAsync(queue, visibility: 60)).Single().ReceiptHandle, Cancellation);

        (await ReceiveAsync(queue)).ShouldBeEmpty();
        (await ReceiveAsync(deadLetters)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("0", null, 0)]
    [InlineData("60", null, 60)]
    [InlineData("60", 0, 0)]
    [InlineData("0", 900, 900)]
    [InlineData("900", 5, 5)]
    public async Task The_delay_of_a_message_is_its_own_or_else_the_queues(string ofQueue, int? ofMessage, int seconds)
    {
        var queue = await CreateAsync(("DelaySeconds", ofQueue));
        await Sqs.SendMessageAsync(new SendMessageRequest(queue, "body") { DelaySeconds = ofMessage }, Cancellation);

        if (seconds > 0)
        {
            (await CountAsync(queue)).ShouldBe((0, 0, 1));
            await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(seconds - 1), Cancellation);
            (await ReceiveAsync(queue)).ShouldBeEmpty();
            await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);
        }

        (await ReceiveAsync(queue)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("30", null, 30)]
    [InlineData("30", 5, 5)]
    [InlineData("0", 43_200, 43_200)]
    public async Task A_message_is_hidden_for_as_long_as_the_receive_says_or_else_the_queue(string ofQueue, int? ofReceive, int seconds)
    {
        var queue = await CreateAsync(("VisibilityTimeout", ofQueue));
        await Sqs.SendMessageAsync(queue, "body", Cancellation);
        (await ReceiveAsync(queue, ofReceive)).Count.ShouldBe(1);
        (await CountAsync(queue)).ShouldBe((0, 1, 0));

        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(seconds - 1), Cancellation);
        (await ReceiveAsync(queue)).ShouldBeEmpty();
        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);

        (await ReceiveAsync(queue)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("20", null, 20)]
    [InlineData("20", 0, 0)]
    [InlineData("0", 3, 3)]
    [InlineData("0", null, 0)]
    public async Task A_poll_waits_as_long_as_it_says_or_else_the_queue(string ofQueue, int? ofReceive, int seconds)
    {
        var queue = await CreateAsync(("ReceiveMessageWaitTimeSeconds", ofQueue));
        var start = Cloud.Time.GetUtcNow();

        var poll = Sqs.ReceiveMessageAsync(new ReceiveMessageRequest(queue) { WaitTimeSeconds = ofReceive }, Cancellation);
        while (seconds > 0 && !poll.IsCompleted) await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);

        ((await poll).Messages ?? []).ShouldBeEmpty();
        (Cloud.Time.GetUtcNow() - start).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(seconds));
    }
}
