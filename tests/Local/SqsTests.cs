using Amazon.SQS;
using Amazon.SQS.Model;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

public sealed class SqsTests : SqsTest
{
    [Fact]
    public async Task A_message_comes_back_whole_and_is_gone_once_deleted()
    {
        var queue = await CreateAsync();
        var sent = await Sqs.SendMessageAsync(
            new SendMessageRequest
            {
                QueueUrl = queue,
                MessageBody = "née \"Müller\" 😀",
                MessageAttributes = new() { ["kind"] = new() { DataType = "String", StringValue = "test" }, ["bytes"] = new() { DataType = "Binary", BinaryValue = new MemoryStream([1, 2]) } },
            },
            Cancellation);

        var received = (await ReceiveAsync(queue)).ShouldHaveSingleItem();

        received.MessageId.ShouldBe(sent.MessageId);
        received.Body.ShouldBe("née \"Müller\" 😀");
        received.MessageAttributes["kind"].StringValue.ShouldBe("test");
        received.MessageAttributes["bytes"].BinaryValue.ToArray().ShouldBe([1, 2]);
        received.MD5OfMessageAttributes.ShouldBe(sent.MD5OfMessageAttributes);
        received.Attributes["ApproximateReceiveCount"].ShouldBe("1");
        received.Attributes["SentTimestamp"].ShouldBe(Clouds.Start.ToUnixTimeMilliseconds().ToString());

        await Sqs.DeleteMessageAsync(queue, received.ReceiptHandle, Cancellation);
        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        (await ReceiveAsync(queue)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_received_message_is_hidden_until_its_visibility_timeout_ends()
    {
        var queue = await CreateAsync(("VisibilityTimeout", "60"));
        await Sqs.SendMessageAsync(queue, "body", Cancellation);
        await ReceiveAsync(queue);

        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(59), Cancellation);
        (await ReceiveAsync(queue)).ShouldBeEmpty();

        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);
        (await ReceiveAsync(queue)).ShouldHaveSingleItem().Attributes["ApproximateReceiveCount"].ShouldBe("2");
    }

    [Fact]
    public async Task Visibility_can_be_extended_and_ended()
    {
        var queue = await CreateAsync(("VisibilityTimeout", "60"));
        await Sqs.SendMessageAsync(queue, "body", Cancellation);
        var first = (await ReceiveAsync(queue)).Single();
        await Sqs.ChangeMessageVisibilityAsync(queue, first.ReceiptHandle, 600, Cancellation);

        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(9), Cancellation);
        (await ReceiveAsync(queue)).ShouldBeEmpty();

        await Sqs.ChangeMessageVisibilityAsync(queue, first.ReceiptHandle, 0, Cancellation);
        (await ReceiveAsync(queue)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_receipt_handle_of_an_earlier_receive_deletes_nothing()
    {
        var queue = await CreateAsync(("VisibilityTimeout", "0"));
        await Sqs.SendMessageAsync(queue, "body", Cancellation);
        var first = (await ReceiveAsync(queue)).Single();
        await ReceiveAsync(queue);

        await Sqs.DeleteMessageAsync(queue, first.ReceiptHandle, Cancellation);

        (await ReceiveAsync(queue)).Count.ShouldBe(1);
        await Should.ThrowAsync<ReceiptHandleIsInvalidException>(() => Sqs.DeleteMessageAsync(queue, "nonsense", Cancellation));
    }

    [Fact]
    public async Task A_message_received_too_often_moves_to_the_dead_letter_queue_and_keeps_its_age()
    {
        var deadLetters = await CreateAsync("dead", ("MessageRetentionPeriod", "3600"));
        var queue = await CreateAsync("main", ("VisibilityTimeout", "600"), await RedriveAsync(deadLetters, 2));
        await Sqs.SendMessageAsync(queue, "body", Cancellation);
        for (var receive = 0; receive < 2; receive++)
        {
            (await ReceiveAsync(queue)).Count.ShouldBe(1);
            await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);
        }

        (await ReceiveAsync(queue)).ShouldBeEmpty();
        var dead = (await ReceiveAsync(deadLetters)).ShouldHaveSingleItem();
        dead.Attributes["SentTimestamp"].ShouldBe(Clouds.Start.ToUnixTimeMilliseconds().ToString());
        dead.Attributes["DeadLetterQueueSourceArn"].ShouldBe(await ArnOfAsync(queue));

        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(40), Cancellation);
        (await ReceiveAsync(deadLetters)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_queue_takes_only_a_dead_letter_queue_that_is_there_and_lets_go_of_it_for_an_empty_text()
    {
        var deadLetters = await CreateAsync("dead");
        var queue = await CreateAsync("main", await RedriveAsync(deadLetters, 2));
        var nowhere = (await RedriveAsync(deadLetters, 1)).Value.Replace(":dead-", ":none-", StringComparison.Ordinal);

        (await Should.ThrowAsync<AmazonSQSException>(() => SetAsync(nowhere))).ErrorCode.ShouldBe("InvalidParameterValue");
        (await PolicyAsync()).ShouldNotBeNull().ShouldContain("\"maxReceiveCount\":2");
        await SetAsync("");

        (await PolicyAsync()).ShouldBeNull();

        Task SetAsync(string policy) => Sqs.SetQueueAttributesAsync(queue, new Dictionary<string, string> { ["RedrivePolicy"] = policy }, Cancellation);

        async Task<string?> PolicyAsync() => (await Sqs.GetQueueAttributesAsync(queue, ["All"], Cancellation)).Attributes.GetValueOrDefault("RedrivePolicy");
    }

    [Fact]
    public async Task An_expired_message_is_deleted_and_not_dead_lettered()
    {
        var deadLetters = await CreateAsync("dead");
        var queue = await CreateAsync("main", ("MessageRetentionPeriod", "60"), await RedriveAsync(deadLetters, 1));
        await Sqs.SendMessageAsync(queue, "body", Cancellation);
        await ReceiveAsync(queue);

        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(60), Cancellation);

        (await ReceiveAsync(queue)).ShouldBeEmpty();
        (await CountAsync(queue)).ShouldBe((0, 0, 0));
        (await CountAsync(deadLetters)).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task A_delayed_message_is_counted_as_such_and_arrives_later()
    {
        var queue = await CreateAsync();
        await Sqs.SendMessageAsync(new SendMessageRequest(queue, "late") { DelaySeconds = 120 }, Cancellation);
        await Sqs.SendMessageAsync(queue, "now", Cancellation);
        (await CountAsync(queue)).ShouldBe((1, 0, 1));

        (await ReceiveAsync(queue)).ShouldHaveSingleItem().Body.ShouldBe("now");
        (await CountAsync(queue)).ShouldBe((0, 1, 1));

        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromMinutes(2), Cancellation);
        (await ReceiveAsync(queue)).Select(message => message.Body).ShouldBe(["late", "now"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_long_poll_waits_on_the_clock_of_the_cloud_and_ends_with_the_message()
    {
        var queue = await CreateAsync();
        var empty = Sqs.ReceiveMessageAsync(new ReceiveMessageRequest(queue) { WaitTimeSeconds = 20 }, Cancellation);
        while (!empty.IsCompleted) await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(5), Cancellation);
        ((await empty).Messages ?? []).ShouldBeEmpty();

        var poll = Sqs.ReceiveMessageAsync(new ReceiveMessageRequest(queue) { WaitTimeSeconds = 20 }, Cancellation);
        await Sqs.SendMessageAsync(queue, "body", Cancellation);

        (await poll).Messages.ShouldHaveSingleItem().Body.ShouldBe("body");
    }

    [Fact]
    public async Task A_poller_without_end_is_woken_when_a_message_becomes_visible_again()
    {
        var queue = await CreateAsync(("VisibilityTimeout", "30"));
        await Sqs.SendMessageAsync(queue, "body", Cancellation);
        await ReceiveAsync(queue);
        var poll = Cloud.Get<IQueues>().ReceiveAsync(await ArnOfAsync(queue), 10, Timeout.InfiniteTimeSpan, Cancellation);

        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(1), Cancellation);

        (await poll).ShouldHaveSingleItem().Attributes["ApproximateReceiveCount"].ShouldBe("2");
    }

    [Fact]
    public async Task Of_two_pollers_the_one_left_waiting_gets_the_message_that_the_other_did_not_delete()
    {
        var queue = await CreateAsync(("VisibilityTimeout", "30"));
        var queues = Cloud.Get<IQueues>();
        var first = queues.ReceiveAsync(await ArnOfAsync(queue), 10, Timeout.InfiniteTimeSpan, Cancellation);
        var second = queues.ReceiveAsync(await ArnOfAsync(queue), 10, Timeout.InfiniteTimeSpan, Cancellation);
        await Sqs.SendMessageAsync(queue, "body", Cancellation);
        await await Task.WhenAny(first, second);

        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(30), Cancellation);

        (await first).Count.ShouldBe(1);
        (await second).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_batch_says_which_entries_failed()
    {
        var queue = await CreateAsync(("MaximumMessageSize", "1024"));

        var answer = await Sqs.SendMessageBatchAsync(queue, [new("short", "body"), new("long", new string('x', 1_025)), new("control", "\u0001")], Cancellation);

        answer.Successful.ShouldHaveSingleItem().Id.ShouldBe("short");
        answer.Failed.Select(failed => (failed.Id, failed.Code)).ShouldBe([("long", "InvalidParameterValue"), ("control", "InvalidMessageContents")]);

        var message = (await ReceiveAsync(queue)).Single();
        var deleted = await Sqs.DeleteMessageBatchAsync(queue, [new("good", message.ReceiptHandle), new("bad", "nonsense")], Cancellation);
        deleted.Successful.ShouldHaveSingleItem().Id.ShouldBe("good");
        deleted.Failed.ShouldHaveSingleItem().Code.ShouldBe("ReceiptHandleIsInvalid");
    }

    [Fact]
    public async Task An_entry_with_an_attribute_of_no_type_fails_alone()
    {
        var queue = await CreateAsync();
        var odd = new SendMessageBatchRequestEntry("odd", "body") { MessageAttributes = new() { ["kind"] = new() { DataType = "Colour", StringValue = "red" } } };

        var answer = await Sqs.SendMessageBatchAsync(queue, [odd, new("plain", "body")], Cancellation);

        answer.Successful.ShouldHaveSingleItem().Id.ShouldBe("plain");
        answer.Failed.ShouldHaveSingleItem().Code.ShouldBe("InvalidParameterValue");
    }

    [Fact]
    public async Task A_batch_with_repeated_ids_is_refused_whole()
    {
        var queue = await CreateAsync();

        await Should.ThrowAsync<BatchEntryIdsNotDistinctException>(() => Sqs.SendMessageBatchAsync(queue, [new("same", "1"), new("same", "2")], Cancellation));
        await Should.ThrowAsync<EmptyBatchRequestException>(() => Sqs.SendMessageBatchAsync(queue, [], Cancellation));

        (await CountAsync(queue)).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task A_queue_that_does_not_exist_is_an_error_with_the_code_clients_know()
    {
        var missing = await Should.ThrowAsync<QueueDoesNotExistException>(() => Sqs.GetQueueUrlAsync("nowhere", Cancellation));

        missing.ErrorCode.ShouldBe("AWS.SimpleQueueService.NonExistentQueue");
    }

    [Fact]
    public async Task A_member_that_has_no_effect_here_is_refused()
    {
        var queue = await CreateAsync();

        var refused = await Should.ThrowAsync<AmazonSQSException>(() => Sqs.SendMessageAsync(new SendMessageRequest(queue, "body") { MessageGroupId = "group" }, Cancellation));

        refused.Message.ShouldContain("MessageGroupId");
        (await CountAsync(queue)).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task A_purge_empties_the_queue()
    {
        var queue = await CreateAsync();
        await Sqs.SendMessageAsync(queue, "body", Cancellation);

        await Sqs.PurgeQueueAsync(queue, Cancellation);

        (await CountAsync(queue)).ShouldBe((0, 0, 0));
        await Should.ThrowAsync<PurgeQueueInProgressException>(() => Sqs.PurgeQueueAsync(queue, Cancellation));
    }
}
