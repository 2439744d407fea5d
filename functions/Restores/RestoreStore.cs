using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>The restores in the requests table. Every write is on the condition that nobody else wrote since the record was read.</summary>
public sealed partial class RestoreStore(IAmazonDynamoDB dynamo, string table)
{
    private const int Tries = 5;

    /// <summary>Strongly consistent.</summary>
    public async Task<RestoreRecord?> GetAsync(string restoreId, CancellationToken cancellation)
    {
        var answer = await dynamo.GetItemAsync(
            new GetItemRequest { TableName = table, Key = RestoreItems.RestoreKey(restoreId), ConsistentRead = true }, cancellation);
        return answer.Item is { Count: > 0 } item ? RestoreItems.Read(item) : null;
    }

    /// <summary>
    /// Adds what an announcement says. Where it concerns more people than were selected, they are selected anew; a restore that had ended is then in progress
    /// again, in its next attempt. Announcements may come in any order and any number of times.
    /// </summary>
    /// <param name="operatorReason">One of <see cref="Recognition.OperatorReasons"/>; null when the announcement can be handled. It counts until one can.</param>
    /// <returns>The record as it is now.</returns>
    /// <exception cref="RestoreChangedMeanwhile">Others keep writing to the record.</exception>
    public Task<RestoreRecord> AnnounceAsync(
        string restoreId, Restore restore, IReadOnlyList<string> datastores, string? operatorReason, CancellationToken cancellation)
    {
        var announcement = new RestoreAnnouncement(restore, datastores, operatorReason);
        return ChangeAsync(restoreId, known => known is null ? announcement.Begin(restoreId) : announcement.AddTo(known), cancellation)!;
    }

    /// <param name="changed">As it was read, with the changes.</param>
    /// <returns>The record as it was written.</returns>
    /// <exception cref="RestoreChangedMeanwhile">It is no longer as it was read; nothing is written.</exception>
    public async Task<RestoreRecord> SaveAsync(RestoreRecord changed, CancellationToken cancellation)
    {
        var written = changed with { Version = changed.Version + 1 };
        return await TryPutAsync(written, cancellation) ? written : throw new RestoreChangedMeanwhile();
    }

    /// <summary>The execution waits with this token from now on; it takes the place of an earlier one.</summary>
    /// <exception cref="RestoreChangedMeanwhile">Others keep writing to the record.</exception>
    public Task SetTaskTokenAsync(string restoreId, string taskToken, CancellationToken cancellation) =>
        ChangeAsync(restoreId, known => known is null ? null : known with { TaskToken = taskToken }, cancellation);

    /// <summary>An execution ended without completing.</summary>
    /// <returns>The restore, waiting for an operator, when this attempt is its latest; null when it had ended, or a later attempt is at work.</returns>
    /// <exception cref="RestoreChangedMeanwhile">Others keep writing to the record.</exception>
    public async Task<RestoreRecord?> TryFailAsync(string restoreId, int attempt, CancellationToken cancellation)
    {
        // A clean restore still had later sweeps before it when its execution failed.
        bool Concerns(RestoreRecord? known) => known?.Attempt == attempt && known.Status is not (RestoreStatuses.Ended or RestoreStatuses.Merged);
        var restore = await ChangeAsync(
            restoreId,
            known => Concerns(known) ? known! with { Status = RestoreStatuses.Waiting, OperatorReason = OperatorReasons.ExecutionFailed, TaskToken = null } : null,
            cancellation);
        return Concerns(restore) ? restore : null;
    }

    /// <summary>Remembers what intake last published about the restore, so that a repeated event does not publish it again.</summary>
    /// <exception cref="RestoreChangedMeanwhile">Others keep writing to the record.</exception>
    public Task MarkAnnouncedAsync(string restoreId, string announcement, CancellationToken cancellation) =>
        ChangeAsync(restoreId, known => known is null ? null : known with { Announced = announcement }, cancellation);

    /// <summary>Every restore that has not ended, and every clean one that is to be looked at again, the longest announced first. The index lags a little behind.</summary>
    public async IAsyncEnumerable<RestoreRecord> ListOpenAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var query = new QueryRequest
        {
            TableName = table,
            IndexName = RequestItems.OpenByDue,
            KeyConditionExpression = "openShard = :shard",
            ExpressionAttributeValues = new() { [":shard"] = Items.Text(RestoreItems.OpenShard) },
        };
        do
        {
            var page = await dynamo.QueryAsync(query, cancellation);
            foreach (var item in page.Items ?? []) yield return RestoreItems.Read(item);
            query.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (query.ExclusiveStartKey is { Count: > 0 });
    }

    /// <summary>Reads, changes and writes, again when somebody else wrote in between.</summary>
    /// <param name="change">Null in and out for a record that is not there; what comes out unchanged is not written.</param>
    private async Task<RestoreRecord?> ChangeAsync(string restoreId, Func<RestoreRecord?, RestoreRecord?> change, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var known = await GetAsync(restoreId, cancellation);
            if (change(known) is not { } changed) return known;
            if (known is not null && RestoreItems.Text(changed) == RestoreItems.Text(known)) return known;

            changed = changed with { Version = (known?.Version ?? 0) + 1 };
            if (await TryPutAsync(changed, cancellation)) return changed;
        }

        throw new RestoreChangedMeanwhile();
    }

    /// <param name="record">With the version that it is to have.</param>
    internal Put PutOf(RestoreRecord record) => new()
    {
        TableName = table,
        Item = RestoreItems.Write(record),
        ConditionExpression = record.Version == 1 ? "attribute_not_exists(pk)" : "version = :read",
        ExpressionAttributeValues = record.Version == 1 ? null : new() { [":read"] = Items.Number(record.Version - 1) },
    };

    private async Task<bool> TryPutAsync(RestoreRecord record, CancellationToken cancellation)
    {
        try
        {
            var put = PutOf(record);
            await dynamo.PutItemAsync(
                new PutItemRequest
                {
                    TableName = put.TableName,
                    Item = put.Item,
                    ConditionExpression = put.ConditionExpression,
                    ExpressionAttributeValues = put.ExpressionAttributeValues,
                },
                cancellation);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }
}

/// <summary>Another write to the restore came in between: what was read has to be read again.</summary>
public sealed class RestoreChangedMeanwhile() : TransientFailure("The restore was changed since it was read.");
