using System.Text.Json;
using Amazon.S3;
using ServerlessGdpr.Functions.Datastores.Aws;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores.S3;

/// <summary>An S3 bucket, erased by key template. A record is a version, a delete marker, or an incomplete upload; archived ones are deleted as they are.</summary>
/// <remarks>
/// A delete marker that hides older versions goes last, and stays while one of them is locked: otherwise erasing would bring the locked version back to light.
/// Versions are listed strongly consistent.
/// </remarks>
/// <param name="client">Made without retries of its own: the patience is here.</param>
/// <param name="bucket">The name of the bucket to work on: the registered one, or a copy of it.</param>
/// <param name="target">Null for the registered bucket.</param>
/// <param name="pageEntries">How many entries are listed at once; S3 gives at most 1,000.</param>
public sealed class S3Datastore(IAmazonS3 client, DatastoreEntry entry, string bucket, TimeProvider time, Target? target = null, int pageEntries = 1000) : IDatastore
{
    private readonly AwsCalls calls = new(time);
    private readonly Bucket bucket = new(client, bucket, new AwsCalls(time), time, pageEntries);
    private readonly NewerRecords newer = new(target, entry.RecordTime);
    private readonly WrittenWindow? window = WrittenWindow.Of(target);

    public Task<Step> EraseAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => RunAsync(subjects, resume, erase: true, deadline);

    public Task<Step> VerifyAsync(IReadOnlyList<Subject> subjects, string? resume, CancellationToken deadline) => RunAsync(subjects, resume, erase: false, deadline);

    public async Task<ExportStep> ExportAsync(IReadOnlyList<Subject> subjects, string? resume, IExportSink sink, CancellationToken deadline)
    {
        var matched = KeyMatching.Of(entry, subjects, ObjectKeys.Of);
        if (!matched.Reachable) return new ExportStep { Unreachable = true };

        List<ObjectKeys> outermost = [.. Outermost(matched).Select(keys => keys.Key)];
        var export = new BucketExport(bucket, calls, sink);
        return new ExportStep
        {
            Resume = await new ExportWork<ObjectKeys>(outermost, export.PageAsync).RunAsync(resume, deadline),
            Evidence = new Dictionary<string, string>(StringComparer.Ordinal) { ["keys"] = $"{outermost.Count}", ["read"] = "versions that hold data, listed strongly consistent" },
        };
    }

    private async Task<Step> RunAsync(IReadOnlyList<Subject> subjects, string? resume, bool erase, CancellationToken deadline)
    {
        var matched = KeyMatching.Of(entry, subjects, ObjectKeys.Of);
        if (!matched.Reachable) return new Step { Found = 0, Unreachable = true };

        var outermost = Outermost(matched);
        var restored = new RestoredEntries(bucket, newer, window, matched.Keys);
        var paged = new PagedWork<MatchedKey<ObjectKeys>>(outermost, async (keys, page, tally, stop) =>
        {
            var from = page is null ? new BucketPosition(Uploads: false, Key: null, Id: null) : JsonSerializer.Deserialize(page, FunctionsJson.Default.BucketPosition)!;
            var next = from.Uploads ? await UploadsPageAsync(keys.Key, restored, from, tally, erase, stop)
                : erase ? await ErasePageAsync(keys.Key, restored, from, tally, stop)
                : await CountPageAsync(keys.Key, restored, from, tally, stop);
            return next is null ? null : JsonSerializer.Serialize(next, FunctionsJson.Default.BucketPosition);
        });
        var step = await paged.RunAsync(resume, deadline);
        return step with
        {
            Evidence = new Dictionary<string, string>(StringComparer.Ordinal) { ["keys"] = $"{outermost.Count}", ["read"] = "versions, delete markers and incomplete uploads, strongly consistent" },
        };
    }

    /// <summary>What lies under another key's prefix is worked on there, once.</summary>
    private static List<MatchedKey<ObjectKeys>> Outermost(MatchedKeys<ObjectKeys> matched) =>
        [.. matched.Keys.Where(keys => !matched.Keys.Any(other => other.Key != keys.Key && other.Key.Contains(keys.Key.Text)))];

    private async Task<BucketPosition?> ErasePageAsync(ObjectKeys keys, RestoredEntries restored, BucketPosition from, Tally tally, CancellationToken deadline)
    {
        var page = await bucket.ListAsync(keys, from.Key, from.Id, deadline);
        if (page is { IsLast: false, Entries: [{ Hides: true } alone] }) page = page.Then(await bucket.ListAsync(keys, alone.Key, alone.Version, deadline));
        var kept = new KeptEntries();
        var due = await restored.DueAsync(page.Entries, kept, deadline);
        await DeleteAsync([.. due.Where(one => !one.Hides)], kept, tally, deadline);

        // The last key of a page may go on in the next: its marker waits until all of its versions are known.
        var unfinished = page.IsLast ? null : page.Entries[^1].Key;
        var hiding = due.Where(one => one.Hides).ToList();
        await DeleteAsync([.. hiding.Where(one => one.Key != unfinished && !kept.HasKey(one.Key))], kept, tally, deadline);
        foreach (var marker in hiding) kept.AddMarker(marker);
        kept.CountIn(tally);

        if (page.IsLast) return FirstUpload;
        var waiting = hiding.Find(one => one.Key == unfinished && !kept.Contains(one));
        return Position(page, from, kept, waiting);
    }

    /// <summary>Positions are entries that still exist: S3 does not say what a deleted version means as one.</summary>
    private static BucketPosition Position(EntryPage page, BucketPosition from, KeptEntries kept, Entry? waiting)
    {
        var behind = page.Entries.TakeWhile(one => one != waiting).LastOrDefault(kept.Contains);
        return behind is null ? from : new BucketPosition(Uploads: false, behind.Key, behind.Version);
    }

    private async Task DeleteAsync(List<Entry> entries, KeptEntries kept, Tally tally, CancellationToken deadline)
    {
        if (entries.Count == 0) return;
        var refused = await bucket.DeleteAsync(entries, count => tally.AddErased(count), deadline);
        var denied = refused.Where(one => one.Value == Bucket.AccessDenied).Select(one => one.Key).ToList();
        var locks = await bucket.LocksAsync(denied, deadline);
        foreach (var (one, code) in refused)
        {
            if (locks.TryGetValue(one, out var until)) kept.AddLocked(one, until);
            else if (AwsErrors.IsTransient(code)) kept.AddRemaining(one);
            else throw AwsErrors.Translate(code, System.Net.HttpStatusCode.BadRequest);
        }
    }

    private async Task<BucketPosition?> CountPageAsync(ObjectKeys keys, RestoredEntries restored, BucketPosition from, Tally tally, CancellationToken deadline)
    {
        var page = (await bucket.ListAsync(keys, from.Key, from.Id, deadline)).WithoutUnfinishedMarker();
        if (page is { IsLast: false, Entries: [{ Hides: true } alone] }) page = page.Then(await bucket.ListAsync(keys, alone.Key, alone.Version, deadline));
        var kept = new KeptEntries();
        var due = await restored.DueAsync(page.Entries, kept, deadline);
        var locks = await bucket.LocksAsync(due, deadline);
        foreach (var one in due.Where(one => !one.Hides))
        {
            if (locks.TryGetValue(one, out var until)) kept.AddLocked(one, until);
            else kept.AddRemaining(one);
        }

        foreach (var marker in due.Where(one => one.Hides))
        {
            kept.AddMarker(marker);
            if (!kept.Contains(marker)) kept.AddRemaining(marker);
        }

        kept.CountIn(tally);
        return page.IsLast ? FirstUpload : new BucketPosition(Uploads: false, page.NextKey, page.NextVersion);
    }

    /// <summary>A backup holds no incomplete uploads: beside restored objects in a bucket in use they are not the replay's.</summary>
    private BucketPosition? FirstUpload => window is null ? new BucketPosition(Uploads: true, Key: null, Id: null) : null;

    private async Task<BucketPosition?> UploadsPageAsync(ObjectKeys keys, RestoredEntries restored, BucketPosition from, Tally tally, bool erase, CancellationToken deadline)
    {
        var found = await bucket.ListUploadsAsync(keys, from.Key, from.Id, deadline);
        var due = found.Uploads.Where(upload => restored.FateOf(upload.Key, time: null) == Fate.Erased).ToList();
        if (erase) await bucket.AbortAsync(due, () => tally.AddErased(1), deadline);
        else tally.AddRemaining(due.Count);
        tally.AddUnproven(found.Uploads.Count - due.Count);
        return found.NextKey is null ? null : new BucketPosition(Uploads: true, found.NextKey, found.NextId);
    }
}
