using System.Text.Json;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Logging;
using ServerlessGdpr.Functions.Runtime.Sqs;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

public sealed class BatchProcessorTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly ILoggerFactory logs;

    public BatchProcessorTests() => logs = FunctionLogs.Create(new Dictionary<string, string>(), output, TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_messages_that_failed_are_delivered_again()
    {
        var answer = await ProcessAsync((message, _) => message.MessageId == "b" ? throw new InvalidOperationException("ada@example.org") : Task.CompletedTask, Cancellation);

        Failed(answer).ShouldBe(["b"]);
        JsonSerializer.Serialize(answer, FunctionsJson.Default.SqsBatchResponse).ShouldBe("""{"batchItemFailures":[{"itemIdentifier":"b"}]}""");
        output.ToString().ShouldContain("\"message_id\":\"b\"");
        output.ToString().ShouldNotContain("ada@example.org");
    }

    [Fact]
    public async Task A_batch_that_succeeded_answers_with_an_empty_list()
    {
        var answer = await ProcessAsync((_, _) => Task.CompletedTask, Cancellation);

        JsonSerializer.Serialize(answer, FunctionsJson.Default.SqsBatchResponse).ShouldBe("""{"batchItemFailures":[]}""");
    }

    [Fact]
    public async Task At_the_deadline_no_further_message_is_begun_and_the_rest_is_delivered_again()
    {
        using var deadline = new CancellationTokenSource();
        var begun = new List<string>();

        var answer = await ProcessAsync(
            async (message, _) =>
            {
                begun.Add(message.MessageId);
                if (message.MessageId == "b") await deadline.CancelAsync();
            },
            deadline.Token);

        begun.ShouldBe(["a", "b"]);
        Failed(answer).ShouldBe(["c"]);
    }

    [Fact]
    public async Task A_message_that_the_deadline_interrupts_is_delivered_again()
    {
        using var deadline = new CancellationTokenSource();

        var answer = await ProcessAsync(
            async (message, cancellation) =>
            {
                if (message.MessageId == "b") await deadline.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
            },
            deadline.Token);

        Failed(answer).ShouldBe(["b", "c"]);
        output.ToString().ShouldContain(nameof(DeadlineExceeded));
    }

    [Fact]
    public void A_batch_as_Lambda_sends_it_is_read_with_its_attributes()
    {
        const string Batch = """
            {"Records":[{"messageId":"059f36b4-87a3-44ab-83d2-661975830a7d","receiptHandle":"AQEB","body":"{\"id\":1}",
              "attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1545082649183","SenderId":"AIDAIENQZJOLO23YVJ4VO"},
              "messageAttributes":{"ERROR_CODE":{"stringValue":"SDK_CLIENT_ERROR","stringListValues":[],"binaryListValues":[],"dataType":"String"}},
              "md5OfBody":"e4e68fb7bd0e697a0ae8f1bb342846b3","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:000000000000:intake","awsRegion":"eu-west-1"}]}
            """;

        var message = JsonSerializer.Deserialize(Batch, FunctionsJson.Default.SqsEvent)!.Records.ShouldHaveSingleItem();

        message.Body.ShouldBe("""{"id":1}""");
        message.Attributes["ApproximateReceiveCount"].ShouldBe("1");
        message.MessageAttributes["ERROR_CODE"].StringValue.ShouldBe("SDK_CLIENT_ERROR");
        message.EventSourceArn.ShouldBe("arn:aws:sqs:eu-west-1:000000000000:intake");
        message.ToString().ShouldNotContain("id\":1");
    }

    public void Dispose()
    {
        logs.Dispose();
        output.Dispose();
    }

    private static IEnumerable<string> Failed(SqsBatchResponse answer) => answer.BatchItemFailures.Select(failure => failure.ItemIdentifier);

    private Task<SqsBatchResponse> ProcessAsync(Func<SqsMessage, CancellationToken, Task> process, CancellationToken deadline)
    {
        var batch = new SqsEvent { Records = [.. "abc".Select(id => new SqsMessage { MessageId = id.ToString(), Body = "{}" })] };
        return new BatchProcessor(logs.CreateLogger<BatchProcessor>()).ProcessAsync(batch, process, deadline);
    }
}
