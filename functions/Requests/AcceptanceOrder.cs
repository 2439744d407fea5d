using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>
/// The order in which one person's requests were accepted, whichever application sent them: one item for each keyed MAC of an identity, in which every request has
/// its number. The numbers are written together with the request, so any two requests that share an identity see each other, and in one order.
/// </summary>
public sealed class AcceptanceOrder(IAmazonDynamoDB dynamo, string table, RequestStore requests, TimeProvider time)
{
    /// <summary>The person's requests are known for a year after the last of them ended; no execution is longer.</summary>
    private const int KeptYears = 1;

    /// <summary>An ended request that more than so many have followed is forgotten sooner: an item holds 400 KB, and each of a person's requests is read whenever another begins.</summary>
    private const int KeptRequests = 100;

    /// <summary>Forgotten at the end of one request, at most; usually it is one.</summary>
    private const int ForgottenAtOnce = 25;

    private const string Request = "request#";

    /// <summary>Gives a request the next number of each of its identities. An item with an open request never expires.</summary>
    public static IEnumerable<Update> Append(string table, RequestRecord request) => request.IdentityMacs.Select(mac => new Update
    {
        TableName = table,
        Key = RequestItems.SubjectKey(mac),
        UpdateExpression = "SET #request = if_not_exists(#next, :first), #next = if_not_exists(#next, :first) + :one REMOVE expiresAt",
        ExpressionAttributeNames = new() { ["#request"] = Request + request.RequestId, ["#next"] = "next" },
        ExpressionAttributeValues = new() { [":first"] = Items.Number(1), [":one"] = Items.Number(1) },
    });

    /// <summary>The person's other requests, oldest first. Strongly consistent.</summary>
    public async Task<IReadOnlyList<OtherRequest>> ListAsync(RequestRecord request, CancellationToken cancellation)
    {
        var earlier = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var mac in request.IdentityMacs)
        {
            var answer = await dynamo.GetItemAsync(
                new GetItemRequest { TableName = table, Key = RequestItems.SubjectKey(mac), ConsistentRead = true }, cancellation);
            if (answer.Item is not { Count: > 0 } item) continue;

            // The person's first requests may have been forgotten since: whatever the item has now was accepted after that, and none of it is earlier.
            var own = item.TryGetValue(Request + request.RequestId, out var given) ? NumberOf(given) : 0;
            foreach (var (id, number) in Requests(item)) earlier[id] = number < own;
        }

        earlier.Remove(request.RequestId);
        var found = new List<OtherRequest>();
        foreach (var (id, isEarlier) in earlier)
        {
            if (await requests.GetAsync(id, cancellation) is { } other) found.Add(new(other, isEarlier));
        }

        return [.. found.OrderBy(other => other.Request.ReceivedAt)];
    }

    /// <summary>The request has ended: from now on its items may expire.</summary>
    public Task EndAsync(RequestRecord request, CancellationToken cancellation)
    {
        var expiry = Items.Number(time.GetUtcNow().AddYears(KeptYears).ToUnixTimeSeconds());
        return Task.WhenAll(request.IdentityMacs.Select(async mac =>
        {
            try
            {
                var updated = await dynamo.UpdateItemAsync(
                    new UpdateItemRequest
                    {
                        TableName = table,
                        Key = RequestItems.SubjectKey(mac),
                        UpdateExpression = "SET expiresAt = :expiry",
                        ConditionExpression = "attribute_exists(pk) AND (attribute_not_exists(expiresAt) OR expiresAt < :expiry)",
                        ExpressionAttributeValues = new() { [":expiry"] = expiry },
                        ReturnValues = ReturnValue.ALL_NEW,
                    },
                    cancellation);
                await ForgetAsync(mac, updated.Attributes, cancellation);
            }
            catch (ConditionalCheckFailedException)
            {
                // It is gone, or another of the person's requests ended later.
            }
        }));
    }

    private async Task ForgetAsync(string mac, Dictionary<string, AttributeValue> item, CancellationToken cancellation)
    {
        var oldest = Requests(item).OrderBy(one => one.Number).Select(one => one.RequestId).SkipLast(KeptRequests).Take(ForgottenAtOnce);
        var ended = new List<string>();
        foreach (var id in oldest)
        {
            if (await requests.GetAsync(id, cancellation) is null or { IsTerminal: true }) ended.Add(id);
        }

        if (ended.Count == 0) return;
        var names = ended.Select((id, index) => (Name: string.Create(CultureInfo.InvariantCulture, $"#{index}"), Id: id)).ToDictionary(one => one.Name, one => Request + one.Id);
        await dynamo.UpdateItemAsync(
            new UpdateItemRequest
            {
                TableName = table,
                Key = RequestItems.SubjectKey(mac),
                UpdateExpression = $"REMOVE {string.Join(", ", names.Keys)}",
                ConditionExpression = "attribute_exists(pk)",
                ExpressionAttributeNames = names,
            },
            cancellation);
    }

    private static IEnumerable<(string RequestId, long Number)> Requests(Dictionary<string, AttributeValue> item) =>
        item.Where(attribute => attribute.Key.StartsWith(Request, StringComparison.Ordinal)).Select(attribute => (attribute.Key[Request.Length..], NumberOf(attribute.Value)));

    private static long NumberOf(AttributeValue value) => long.Parse(value.N, CultureInfo.InvariantCulture);
}

/// <summary>Another request of the same person.</summary>
/// <param name="IsEarlier">It was accepted first.</param>
public sealed record OtherRequest(RequestRecord Request, bool IsEarlier);
