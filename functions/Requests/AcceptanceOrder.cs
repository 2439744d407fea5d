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
            foreach (var (name, number) in item.Where(attribute => attribute.Key.StartsWith(Request, StringComparison.Ordinal)))
                earlier[name[Request.Length..]] = NumberOf(number) < own;
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
                await dynamo.UpdateItemAsync(
                    new UpdateItemRequest
                    {
                        TableName = table,
                        Key = RequestItems.SubjectKey(mac),
                        UpdateExpression = "SET expiresAt = :expiry",
                        ConditionExpression = "attribute_exists(pk) AND (attribute_not_exists(expiresAt) OR expiresAt < :expiry)",
                        ExpressionAttributeValues = new() { [":expiry"] = expiry },
                    },
                    cancellation);
            }
            catch (ConditionalCheckFailedException)
            {
                // It is gone, or another of the person's requests ended later.
            }
        }));
    }

    private static long NumberOf(AttributeValue value) => long.Parse(value.N, CultureInfo.InvariantCulture);
}

/// <summary>Another request of the same person.</summary>
/// <param name="IsEarlier">It was accepted first.</param>
public sealed record OtherRequest(RequestRecord Request, bool IsEarlier);
