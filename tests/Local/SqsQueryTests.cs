using System.Xml.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

/// <summary>The protocol of older clients.</summary>
public sealed class SqsQueryTests : IAsyncLifetime
{
    private static readonly XNamespace Sqs = "http://queue.amazonaws.com/doc/2012-11-05/";
    private readonly HttpClient http = new();
    private Cloud cloud = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await Clouds.StartAsync(Cancellation);
        http.BaseAddress = cloud.Endpoint;
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", AwsJson.Authorization("sqs"));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await cloud.DisposeAsync();
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("\u0001")]
    public async Task A_control_character_is_refused_in_the_words_of_the_service(string body)
    {
        await CallAsync("/", ("Action", "CreateQueue"), ("QueueName", "queue"));

        var refused = await CallAsync($"/{CloudOptions.Account}/queue", ("Action", "SendMessage"), ("MessageBody", body));

        refused.Descendants(Sqs + "Code").Single().Value.ShouldBe("InvalidMessageContents");
    }

    [Fact]
    public async Task A_message_is_sent_received_and_deleted()
    {
        var created = await CallAsync("/", ("Action", "CreateQueue"), ("QueueName", "queue"), ("Attribute.1.Name", "VisibilityTimeout"), ("Attribute.1.Value", "60"));
        var url = new Uri(created.Descendants(Sqs + "QueueUrl").Single().Value).AbsolutePath;

        var sent = await CallAsync(url, ("Action", "SendMessage"), ("MessageBody", "a <b> & c"), ("MessageAttribute.1.Name", "kind"), ("MessageAttribute.1.Value.DataType", "String"), ("MessageAttribute.1.Value.StringValue", "test"));
        var received = await CallAsync(url, ("Action", "ReceiveMessage"), ("MaxNumberOfMessages", "10"), ("AttributeName.1", "All"), ("MessageAttributeName.1", "All"));

        var message = received.Descendants(Sqs + "Message").ShouldHaveSingleItem();
        message.Element(Sqs + "Body")!.Value.ShouldBe("a <b> & c");
        message.Element(Sqs + "MessageId")!.Value.ShouldBe(sent.Descendants(Sqs + "MessageId").Single().Value);
        message.Element(Sqs + "MessageAttribute")!.Element(Sqs + "Value")!.Element(Sqs + "StringValue")!.Value.ShouldBe("test");
        message.Elements(Sqs + "Attribute").ShouldContain(attribute => attribute.Element(Sqs + "Name")!.Value == "ApproximateReceiveCount" && attribute.Element(Sqs + "Value")!.Value == "1");

        var deleted = await CallAsync(url, ("Action", "DeleteMessage"), ("ReceiptHandle", message.Element(Sqs + "ReceiptHandle")!.Value));
        deleted.Name.LocalName.ShouldBe("DeleteMessageResponse");
        var attributes = await CallAsync(url, ("Action", "GetQueueAttributes"), ("AttributeName.1", "ApproximateNumberOfMessagesNotVisible"));
        attributes.Descendants(Sqs + "Attribute").ShouldHaveSingleItem().Element(Sqs + "Value")!.Value.ShouldBe("0");
    }

    [Fact]
    public async Task A_batch_names_its_results_and_its_failures()
    {
        await CallAsync("/", ("Action", "CreateQueue"), ("QueueName", "queue"));

        var answer = await CallAsync(
            "/000000000000/queue",
            ("Action", "SendMessageBatch"),
            ("SendMessageBatchRequestEntry.1.Id", "good"),
            ("SendMessageBatchRequestEntry.1.MessageBody", "body"),
            ("SendMessageBatchRequestEntry.2.Id", "bad"),
            ("SendMessageBatchRequestEntry.2.MessageBody", "body"),
            ("SendMessageBatchRequestEntry.2.DelaySeconds", "901"));

        answer.Descendants(Sqs + "SendMessageBatchResultEntry").ShouldHaveSingleItem().Element(Sqs + "Id")!.Value.ShouldBe("good");
        answer.Descendants(Sqs + "BatchResultErrorEntry").ShouldHaveSingleItem().Element(Sqs + "Id")!.Value.ShouldBe("bad");
    }

    [Fact]
    public async Task An_error_has_the_code_that_these_clients_know()
    {
        var answer = await CallAsync("/000000000000/nowhere", ("Action", "PurgeQueue"));

        answer.Descendants(Sqs + "Code").Single().Value.ShouldBe("AWS.SimpleQueueService.NonExistentQueue");
    }

    private async Task<XElement> CallAsync(string path, params (string Name, string Value)[] parameters)
    {
        using var form = new FormUrlEncodedContent(parameters.Append((Name: "Version", Value: "2012-11-05")).Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        using var answer = await http.PostAsync(path, form, Cancellation);
        return XElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
