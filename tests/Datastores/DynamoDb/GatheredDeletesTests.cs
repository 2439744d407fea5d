using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores.Aws;
using ServerlessGdpr.Functions.Datastores.DynamoDb;
using Shouldly;
using Xunit;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessGdpr.Tests.Datastores.DynamoDb;

public sealed class GatheredDeletesTests : IDisposable
{
    private readonly TaskCompletionSource answers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<int> calls = new();
    private readonly Faults service = new();
    private readonly Amazon.DynamoDBv2.AmazonDynamoDBClient client;
    private readonly GatheredDeletes deletes;
    private int deleted;

    public GatheredDeletesTests()
    {
        service.Before = async (_, request) =>
        {
            var body = await request.Content!.ReadAsStringAsync(TestContext.Current.CancellationToken);
            calls.Enqueue(JsonNode.Parse(body)!["RequestItems"]!["shop"]!.AsArray().Count);
            await answers.Task;
            if (body.Contains("\"0#", StringComparison.Ordinal)) throw new ProcessKilled();
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}") };
        };
        client = DynamoDbServer.Client("http://127.0.0.1:9/", service);
        deletes = new GatheredDeletes(new Table(client, "shop", new AwsCalls(TimeProvider.System)));
    }

    [Fact]
    public async Task What_comes_while_calls_are_in_flight_goes_together_in_full_calls()
    {
        var pages = Enumerable.Range(1, GatheredDeletes.CallsAtOnce + 10).Select(page => DeleteAsync(page, items: 5)).ToList();

        answers.SetResult();
        await Task.WhenAll(pages);

        calls.Order().ShouldBe([5, 5, 25, 25]);
        deleted.ShouldBe(60);
    }

    [Fact]
    public async Task A_large_page_goes_in_full_calls_of_its_own()
    {
        answers.SetResult();

        await DeleteAsync(page: 1, items: 60);

        calls.Order().ShouldBe([10, 25, 25]);
        deleted.ShouldBe(60);
    }

    [Fact]
    public async Task A_call_that_fails_fails_its_page_and_no_other()
    {
        var failing = DeleteAsync(page: 0, items: 5);
        var others = Enumerable.Range(1, 4).Select(page => DeleteAsync(page, items: 3)).ToList();

        answers.SetResult();

        await Should.ThrowAsync<ProcessKilled>(failing);
        await Task.WhenAll(others);
        deleted.ShouldBe(12);
    }

    public void Dispose()
    {
        deletes.Dispose();
        client.Dispose();
    }

    private Task DeleteAsync(int page, int items) => deletes.DeleteAsync(
        [.. Enumerable.Range(0, items).Select(item => new Item { ["pk"] = new AttributeValue { S = $"{page}#{item}" } })],
        count => Interlocked.Add(ref deleted, count),
        TestContext.Current.CancellationToken);
}
