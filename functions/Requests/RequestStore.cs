using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>The requests in the requests table. Every change is one conditional write, and all of them may be repeated.</summary>
public sealed partial class RequestStore(IAmazonDynamoDB dynamo, string table, TimeProvider time)
{
    /// <summary>Strongly consistent.</summary>
    public async Task<RequestRecord?> GetAsync(string requestId, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(
            new GetItemRequest { TableName = table, Key = RequestItems.RequestKey(requestId), ConsistentRead = true }, cancellation);
        return answer.Item is { Count: > 0 } item ? RequestItems.Read(item) : null;
    }

    /// <summary>Every request that has not ended, those due first first within each shard. The index lags a little behind.</summary>
    public async IAsyncEnumerable<RequestRecord> ListOpenAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var shard in RequestItems.OpenShards)
        {
            var query = new QueryRequest
            {
                TableName = table,
                IndexName = RequestItems.OpenByDue,
                KeyConditionExpression = "openShard = :shard",
                ExpressionAttributeValues = new() { [":shard"] = Items.Text(shard) },
            };
            do
            {
                var page = await dynamo.QueryAsync(query, cancellation);
                foreach (var item in page.Items ?? []) yield return RequestItems.Read(item);
                query.ExclusiveStartKey = page.LastEvaluatedKey;
            }
            while (query.ExclusiveStartKey is { Count: > 0 });
        }
    }

    /// <summary>Writes a new request, its vault items and its place among the person's requests, all or nothing.</summary>
    /// <returns>False when there is such a request already, or when its event was rejected before; nothing is written then.</returns>
    /// <exception cref="StoreBusy">Another write is under way.</exception>
    public async Task<bool> TryAcceptAsync(RequestRecord request, IEnumerable<Put> vaultItems, CancellationToken cancellation)
    {
        const string Absent = "attribute_not_exists(pk)";
        var neverRejected = new ConditionCheck { TableName = table, Key = RequestItems.RejectionKey(request.EventId), ConditionExpression = Absent };
        var put = new Put { TableName = table, Item = RequestItems.Write(request), ConditionExpression = Absent };
        List<TransactWriteItem> items =
        [
            new() { ConditionCheck = neverRejected },
            new() { Put = put },
            .. vaultItems.Select(item => new TransactWriteItem { Put = item }),
            .. AcceptanceOrder.Append(table, request).Select(item => new TransactWriteItem { Update = item }),
        ];
        try
        {
            await dynamo.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = items }, cancellation);
            return true;
        }
        catch (TransactionCanceledException refusal) when (refusal.CancellationReasons.Any(reason => reason.Code == "ConditionalCheckFailed"))
        {
            return false;
        }
        catch (TransactionCanceledException)
        {
            throw new StoreBusy();
        }
    }

    /// <summary>The workflow is at work on an attempt: from now on a repeated event need not start it.</summary>
    public Task MarkStartedAsync(string requestId, int attempt, CancellationToken cancellation) => ChangeAsync(
        requestId,
        "SET startedAt = if_not_exists(startedAt, :now), attempt = :attempt",
        "attempt <= :attempt",
        new() { [":now"] = Now(), [":attempt"] = Items.Number(attempt) },
        cancellation);

    /// <summary>Decides against cancellation: the first task of an attempt needs this. A request that had ended is open again.</summary>
    /// <returns>True when the work may go on, also when it was already allowed or is a later attempt's; false when the request is cancelled or failed.</returns>
    public async Task<bool> TryBeginAsync(RequestRecord request, CancellationToken cancellation)
    {
        var change = await ChangeAsync(
            request.RequestId,
            "SET #status = :begun, begunAt = if_not_exists(begunAt, :now), openShard = :shard REMOVE endedAt",
            "#status IN (:pending, :begun, :completed, :partially)",
            new()
            {
                [":now"] = Now(),
                [":shard"] = RequestItems.OpenShard(request.RequestId),
                [":pending"] = Items.Text(RequestStatuses.Pending),
                [":begun"] = Items.Text(RequestStatuses.UnderWay(request.Type)),
                [":completed"] = Items.Text(RequestStatuses.Completed),
                [":partially"] = Items.Text(RequestStatuses.PartiallyCompleted),
            },
            cancellation);
        return change.Changed;
    }

    /// <summary>Ends the request and takes it off the list of open ones. A cancelled request stays cancelled.</summary>
    /// <param name="forgetsPerson">Nothing takes the request up again, so nobody will look for the person's other requests from it.</param>
    public Task CompleteAsync(string requestId, string status, CancellationToken cancellation, bool forgetsPerson = false) => ChangeAsync(
        requestId,
        $"SET #status = :to, endedAt = :now REMOVE openShard, taskToken{(forgetsPerson ? ", identityMacs" : "")}",
        "attribute_exists(pk) AND (#status <> :cancelled OR #status = :to)",
        new() { [":to"] = Items.Text(status), [":now"] = Now(), [":cancelled"] = Items.Text(RequestStatuses.Cancelled) },
        cancellation);

    /// <summary>The bundle is in the export bucket; it takes the place of an earlier attempt's.</summary>
    public Task SetBundleAsync(string requestId, PackagedBundle bundle, CancellationToken cancellation) => ChangeAsync(
        requestId,
        "SET bundleSize = :size, bundleSha256 = :sha256, packagedAt = :packaged, bundleExpiresAt = :expires, bundleAttempt = :attempt",
        "attribute_exists(pk)",
        new()
        {
            [":size"] = Items.Number(bundle.Size),
            [":sha256"] = Items.Text(bundle.Sha256),
            [":packaged"] = Items.Instant(bundle.PackagedAt),
            [":expires"] = Items.Instant(bundle.ExpiresAt),
            [":attempt"] = Items.Number(bundle.Attempt),
        },
        cancellation);

    /// <summary>Remembers what was published about the statutory clock.</summary>
    public Task SetDueNoticeAsync(string requestId, string notice, CancellationToken cancellation) =>
        ChangeAsync(requestId, "SET dueNotice = :notice", "attribute_exists(pk)", new() { [":notice"] = Items.Text(notice) }, cancellation);

    /// <summary>Remembers what intake last published about the request, so that a repeated event does not publish it again.</summary>
    public Task MarkAnnouncedAsync(string requestId, string announcement, CancellationToken cancellation) =>
        ChangeAsync(requestId, "SET announced = :what", "attribute_exists(pk)", new() { [":what"] = Items.Text(announcement) }, cancellation);

    private AttributeValue Now() => Items.Instant(time.GetUtcNow());

    private Task<RequestChange> ChangeAsync(
        string requestId, string update, string condition, Dictionary<string, AttributeValue> values, CancellationToken cancellation) =>
        RequestChange.ApplyAsync(dynamo, table, requestId, update, condition, values, cancellation);
}

/// <summary>DynamoDB is at another write of the same items.</summary>
public sealed class StoreBusy() : TransientFailure("Another write to the same items is under way.");
