using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class AcceptanceOrderTests(DynamoDbLocalProcess dynamoDb) : IAsyncLifetime
{
    private IntakeHarness intake = null!;

    private AcceptanceOrder Order => new(intake.Tables.Client, DynamoDbFixture.Requests, intake.Store, intake.Time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => intake = await IntakeHarness.CreateAsync(dynamoDb);

    public ValueTask DisposeAsync() => intake.DisposeAsync();

    [Fact]
    public async Task Two_requests_of_a_person_see_each_other_in_the_order_in_which_they_were_accepted()
    {
        var access = await AcceptAsync("access-requested.json");
        var erasure = await AcceptAsync("erasure-requested.json");

        (await Order.ListAsync(erasure, Cancellation)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            other => other.Request.RequestId.ShouldBe(access.RequestId), other => other.IsEarlier.ShouldBeTrue());
        (await Order.ListAsync(access, Cancellation)).ShouldHaveSingleItem().IsEarlier.ShouldBeFalse();
    }

    [Fact]
    public async Task One_identity_in_common_is_enough()
    {
        await AcceptAsync("access-requested.json", detail => detail["subject_identities"]!.AsArray().RemoveAt(0));
        var erasure = await AcceptAsync("erasure-requested.json", detail => detail["subject_identities"]![1]!["identity_value"] = " ADA.Lindqvist@Example.com");

        (await Order.ListAsync(erasure, Cancellation)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task People_who_share_no_identity_do_not_see_each_other()
    {
        await AcceptAsync("access-requested.json");
        var other = await AcceptAsync("erasure-requested-another-person.json");

        (await Order.ListAsync(other, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Requests_that_come_at_the_same_moment_agree_on_who_was_first()
    {
        var requests = new List<RequestRecord>();
        var ids = Enumerable.Range(0, 6).Select(_ => Guid.NewGuid().ToString()).ToList();
        await Parallel.ForEachAsync(ids, Cancellation, async (id, _) =>
        {
            var body = Samples.Body("erasure-requested.json", id, change: detail => detail["subject_request_id"] = id);
            while (!await intake.DeliverAsync(body)) Cancellation.ThrowIfCancellationRequested();
        });
        foreach (var id in ids) requests.Add((await intake.Store.GetAsync(RequestId.Of("com.example.shop", id), Cancellation)).ShouldNotBeNull());

        var earlier = new List<int>();
        foreach (var request in requests) earlier.Add((await Order.ListAsync(request, Cancellation)).Count(other => other.IsEarlier));
        earlier.Order().ShouldBe(Enumerable.Range(0, 6));
    }

    [Fact]
    public async Task No_identity_can_be_read_from_what_is_kept()
    {
        var request = await AcceptAsync("erasure-requested.json");

        request.IdentityMacs.Count.ShouldBe(2);
        var rows = await intake.EverythingVisibleAsync();
        rows.ShouldNotContain("C-1042");
        rows.ShouldNotContain("ada.lindqvist");
        rows.ShouldContain($"subject#{request.IdentityMacs[0]}");
    }

    [Fact]
    public async Task The_order_is_kept_for_a_year_after_the_last_request_ended_and_as_long_as_one_is_open()
    {
        var access = await AcceptAsync("access-requested.json");
        await Order.EndAsync(access, Cancellation);
        (await ExpiryAsync(access)).ShouldBe(intake.Time.Now.AddYears(1).ToUnixTimeSeconds());

        await AcceptAsync("erasure-requested.json");
        (await ExpiryAsync(access)).ShouldBeNull();
    }

    [Fact]
    public async Task What_came_after_the_persons_first_requests_were_forgotten_is_not_earlier_than_they_were()
    {
        var erasure = await AcceptAsync("erasure-requested.json");
        foreach (var mac in erasure.IdentityMacs) await intake.Tables.Client.DeleteItemAsync(DynamoDbFixture.Requests, RequestItems.SubjectKey(mac), Cancellation);
        var access = await AcceptAsync("access-requested.json");

        var other = (await Order.ListAsync(erasure, Cancellation)).ShouldHaveSingleItem();

        (other.Request.RequestId, other.IsEarlier).ShouldBe((access.RequestId, false));
        (await Order.ListAsync(access, Cancellation)).ShouldBeEmpty("of the erasure nothing is known here any more");
    }

    [Fact]
    public async Task Of_very_many_requests_the_oldest_that_ended_are_forgotten_so_that_there_is_room_for_more()
    {
        var open = await AcceptAsync("erasure-requested.json");
        var ended = new List<RequestRecord>();
        for (var number = 0; number < 102; number++)
        {
            ended.Add(await AcceptAsync("access-requested.json", detail => detail["subject_request_id"] = Guid.NewGuid().ToString()));
            await intake.Store.CompleteAsync(ended[^1].RequestId, RequestStatuses.Completed, Cancellation);
        }

        var last = await AcceptAsync("access-requested.json");
        await Order.EndAsync(last, Cancellation);

        (await Order.ListAsync(last, Cancellation)).Select(other => other.Request.RequestId)
            .ShouldBe([open.RequestId, .. ended.Skip(3).Select(request => request.RequestId)], ignoreOrder: true);
    }

    private async Task<long?> ExpiryAsync(RequestRecord request)
    {
        var item = (await intake.Tables.GetAsync(DynamoDbFixture.Requests, $"subject#{request.IdentityMacs[0]}", "requests", Cancellation)).ShouldNotBeNull();
        return item.TryGetValue("expiresAt", out var expiry) ? long.Parse(expiry.N) : null;
    }

    private async Task<RequestRecord> AcceptAsync(string sample, Action<JsonObject>? change = null)
    {
        var body = Samples.Body(sample, Guid.NewGuid().ToString(), change: change);
        (await intake.DeliverAsync(body)).ShouldBeTrue();
        var detail = JsonNode.Parse(body)!["detail"]!;
        return (await intake.Store.GetAsync(RequestId.Of("com.example.shop", (string)detail["subject_request_id"]!), Cancellation)).ShouldNotBeNull();
    }
}
