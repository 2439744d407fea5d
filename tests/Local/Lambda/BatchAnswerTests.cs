using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda.EventSources;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Lambda;

public sealed class BatchAnswerTests
{
    private static readonly QueueMessage[] Batch = [Message("1"), Message("2")];

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"batchItemFailures":null}""")]
    [InlineData("""{"batchItemFailures":[]}""")]
    public void An_answer_without_failures_means_that_all_is_done(string payload) => Done(payload).ShouldBe(["1", "2"]);

    [Fact]
    public void A_reported_message_is_not_done() => Done("""{"batchItemFailures":[{"itemIdentifier":"1"}]}""").ShouldBe(["2"]);

    [Theory]
    [InlineData("not json")]
    [InlineData("\"text\"")]
    [InlineData("""{"batchItemFailures":"1"}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":null}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemId":"1"}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":1}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"3"}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"1"},null]}""")]
    public void An_answer_that_cannot_be_read_means_that_nothing_is_done(string payload) => Done(payload).ShouldBeEmpty();

    private static IEnumerable<string> Done(string payload) => BatchAnswer.Done(Batch, payload).Select(message => message.MessageId);

    private static QueueMessage Message(string id) => new(id, $"handle-{id}", "", new Dictionary<string, string>(), new Dictionary<string, string>());
}
