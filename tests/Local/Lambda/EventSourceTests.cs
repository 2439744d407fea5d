using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda;
using ServerlessGdpr.Local.Lambda.EventSources;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Lambda;

public sealed class EventSourceTests
{
    private const string QueueArn = "arn:aws:sqs:eu-west-1:000000000000:intake";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_reaches_the_function_in_the_shape_of_SQS_events_and_is_deleted()
    {
        var seen = new TaskCompletionSource<string>();
        var queue = new FakeQueue("1");
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(payload =>
        {
            seen.SetResult(payload);
            return "{}";
        }));

        Poll(lambda, queue);
        (await queue.Deleted.Reader.ReadAsync(Cancellation)).ShouldBe("handle-1");

        JsonNode.DeepEquals(JsonNode.Parse(await seen.Task), JsonNode.Parse("""
            {"Records":[{"messageId":"1","receiptHandle":"handle-1","body":"body","attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"0"},
            "messageAttributes":{"kind":{"stringValue":"x","stringListValues":[],"binaryListValues":[],"dataType":"String"}},
            "md5OfBody":"841a2d689ad86bd1611447453c22c6fc","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:000000000000:intake","awsRegion":"eu-west-1"}]}
            """)).ShouldBeTrue();
    }

    [Fact]
    public async Task Messages_a_function_reports_as_failed_stay_in_the_queue()
    {
        var queue = new FakeQueue("1", "2", "3");
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => """{"batchItemFailures":[{"itemIdentifier":"2"}]}"""));

        Poll(lambda, queue, mapping => mapping with { ReportsBatchItemFailures = true });

        (await queue.Deleted.Reader.ReadAsync(Cancellation)).ShouldBe("handle-1");
        (await queue.Deleted.Reader.ReadAsync(Cancellation)).ShouldBe("handle-3");
        await lambda.Cloud.Get<InFlight>().RestAsync(Cancellation);
        queue.Deleted.Reader.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_deleted_of_a_batch_whose_function_failed()
    {
        var called = new TaskCompletionSource();
        var queue = new FakeQueue("1", "2");
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ =>
        {
            called.SetResult();
            throw new InvalidOperationException("no");
        }));

        Poll(lambda, queue);
        await called.Task;
        await lambda.Cloud.Get<InFlight>().RestAsync(Cancellation);

        queue.Deleted.Reader.Count.ShouldBe(0);
    }

    [Fact]
    public async Task As_many_batches_are_with_the_function_as_the_mapping_allows()
    {
        var running = 0;
        var most = 0;
        var two = new TaskCompletionSource();
        var queue = new FakeQueue("1", "2", "3", "4", "5", "6");
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            if (running == 2) two.TrySetResult();
            await two.Task;
            Interlocked.Decrement(ref running);
            return "{}";
        }));

        Poll(lambda, queue, mapping => mapping with { BatchSize = 1, Concurrency = 2 });
        for (var left = 6; left > 0; left--) await queue.Deleted.Reader.ReadAsync(Cancellation);

        most.ShouldBe(2);
    }

    [Fact]
    public async Task A_batching_window_gathers_messages_that_come_later()
    {
        var sizes = new ConcurrentQueue<int>();
        var queue = new FakeQueue("1");
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(payload =>
        {
            sizes.Enqueue(JsonNode.Parse(payload)!["Records"]!.AsArray().Count);
            return "{}";
        }));

        Poll(lambda, queue, mapping => mapping with { BatchSize = 2, Concurrency = 1, BatchingWindow = TimeSpan.FromMinutes(1) });
        await queue.Drained(Cancellation);
        queue.Send("2");
        await queue.Deleted.Reader.ReadAsync(Cancellation);
        await queue.Deleted.Reader.ReadAsync(Cancellation);

        sizes.ShouldBe([2]);
    }

    private static void Poll(LambdaCloud lambda, FakeQueue queue, Func<EventSourceMapping, EventSourceMapping>? change = null)
    {
        var cloud = lambda.Cloud;
        var mapping = new EventSourceMapping { QueueArn = QueueArn, Function = cloud.Get<FunctionCatalog>().Find(LambdaCloud.Name) };
        new EventSourceMappings(cloud.Get<FunctionInvoker>(), queue, cloud.Time, cloud.Get<BackgroundWork>()).Add(change?.Invoke(mapping) ?? mapping);
    }

    private sealed class FakeQueue : IQueues
    {
        private readonly Channel<string> messages = Channel.CreateUnbounded<string>();
        private readonly TaskCompletionSource waiting = new();

        public FakeQueue(params string[] ids)
        {
            foreach (var id in ids) Send(id);
        }

        public Channel<string> Deleted { get; } = Channel.CreateUnbounded<string>();

        public void Send(string id) => messages.Writer.TryWrite(id);

        public Task Drained(CancellationToken cancellation) => waiting.Task.WaitAsync(cancellation);

        public Task SendAsync(string queueArn, string body, CancellationToken cancellation, IReadOnlyDictionary<string, string>? attributes = null) =>
            throw new NotSupportedException();

        public async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(string queueArn, int max, TimeSpan wait, CancellationToken cancellation)
        {
            if (messages.Reader.Count == 0) waiting.TrySetResult();
            await messages.Reader.WaitToReadAsync(cancellation);
            List<QueueMessage> batch = [];
            while (batch.Count < max && messages.Reader.TryRead(out var id))
            {
                batch.Add(new QueueMessage(
                    id,
                    $"handle-{id}",
                    "body",
                    new Dictionary<string, string> { ["ApproximateReceiveCount"] = "1", ["SentTimestamp"] = "0" },
                    new Dictionary<string, string> { ["kind"] = "x" }));
            }

            return batch;
        }

        public Task DeleteAsync(string queueArn, string receiptHandle, CancellationToken cancellation) =>
            Deleted.Writer.WriteAsync(receiptHandle, cancellation).AsTask();
    }
}
