using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>
/// Tags a restored bucket with what the register of copies says of it, whichever of its restores asks: while one of them is at work it is pending, whatever another
/// ended with.
/// </summary>
public sealed class MarkBucket(RestoreStore restores, CopyStore copies, BucketTags tags) : IHandler<ReplayInput, Acknowledged>
{
    /// <summary>The key of the tag; the workflow gives tables the same.</summary>
    public const string Tag = "gdpr-replay";

    public const string Pending = "pending";

    public async Task<Acknowledged> HandleAsync(ReplayInput input, Invocation invocation, CancellationToken deadline)
    {
        var record = await restores.GetAsync(input.RestoreId, deadline) ?? throw new RestoreUnknown();
        if (Arn.Parse(record.Restore.Target?.Arn) is not { Service: "s3" } bucket) return new Acknowledged();

        string mark;
        do
        {
            mark = await MarkOfAsync(bucket, deadline);
            await tags.SetAsync(bucket.Name, Tag, mark, deadline);
        }
        // Another restore into the bucket may have begun, or ended, and been marked, between the question and the answer.
        while (await MarkOfAsync(bucket, deadline) != mark);
        return new Acknowledged();
    }

    private async Task<string> MarkOfAsync(Arn bucket, CancellationToken deadline)
    {
        var mark = RestoreStatuses.Clean;
        foreach (var restoreId in await copies.UncleanAsync(bucket.ToString(), deadline))
        {
            if (await restores.GetAsync(restoreId, deadline) is not { } other || !RestoreStatuses.IsTerminal(other.Status)) return Pending;
            mark = RestoreStatuses.CleanedIncompletely;
        }

        return mark;
    }
}
