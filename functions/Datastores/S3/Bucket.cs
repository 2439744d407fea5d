using System.Collections.Concurrent;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Datastores.Aws;

namespace ServerlessGdpr.Functions.Datastores.S3;

/// <summary>One bucket, called with patience; every partial answer is completed here.</summary>
internal sealed class Bucket(IAmazonS3 client, string name, AwsCalls calls, TimeProvider time, int pageEntries)
{
    public const string AccessDenied = "AccessDenied";
    private const int Attempts = 6, RequestsAtOnce = 8;
    private volatile bool locksNothing;

    public async Task<EntryPage> ListAsync(ObjectKeys keys, string? afterKey, string? afterVersion, CancellationToken deadline)
    {
        var request = new ListVersionsRequest
        {
            BucketName = name,
            Prefix = keys.Text,
            KeyMarker = afterKey,
            VersionIdMarker = afterVersion,
            MaxKeys = pageEntries,
            Encoding = EncodingType.Url,
        };
        var answer = await calls.CallAsync(() => client.ListVersionsAsync(request, deadline), deadline);
        var listed = (answer.Versions ?? [])
            .Select(version => new Entry(
                Decode(version.Key, answer.Encoding), version.VersionId ?? "null", version.IsDeleteMarker == true, version.IsLatest == true, InSeconds(version.LastModified))).ToList();
        var entries = Within(keys, listed, entry => entry.Key);
        var more = answer.IsTruncated == true && entries.Count == listed.Count;
        return new EntryPage(entries, more ? Decode(answer.NextKeyMarker, answer.Encoding) : null, more ? answer.NextVersionIdMarker : null);
    }

    public async Task<UploadPage> ListUploadsAsync(ObjectKeys keys, string? afterKey, string? afterId, CancellationToken deadline)
    {
        var request = new ListMultipartUploadsRequest
        {
            BucketName = name,
            Prefix = keys.Text,
            KeyMarker = afterKey,
            UploadIdMarker = afterId,
            MaxUploads = pageEntries,
            Encoding = EncodingType.Url,
        };
        var answer = await calls.CallAsync(() => client.ListMultipartUploadsAsync(request, deadline), deadline);
        var listed = (answer.MultipartUploads ?? []).Select(upload => new Upload(Decode(upload.Key, answer.EncodingType), upload.UploadId)).ToList();
        var uploads = Within(keys, listed, upload => upload.Key);
        var more = answer.IsTruncated == true && uploads.Count == listed.Count;
        return new UploadPage(uploads, more ? Decode(answer.NextKeyMarker, answer.EncodingType) : null, more ? answer.NextUploadIdMarker : null);
    }

    /// <summary>A version and its content; null where it is gone by now.</summary>
    public Task<GetObjectResponse?> OpenAsync(Entry entry, CancellationToken deadline)
    {
        var request = new GetObjectRequest { BucketName = name, Key = entry.Key, VersionId = entry.Version };
        return calls.CallAsync(() => GoneOrAsync(() => client.GetObjectAsync(request, deadline)), deadline);
    }

    /// <summary>Deletes versions and markers; what S3 refuses for a passing reason is tried again.</summary>
    /// <param name="deleted">Told the number after each answer.</param>
    /// <returns>What is still there, with S3's error code.</returns>
    public async Task<IReadOnlyDictionary<Entry, string>> DeleteAsync(IReadOnlyCollection<Entry> entries, Action<int> deleted, CancellationToken deadline)
    {
        var refused = new Dictionary<Entry, string>();
        foreach (var single in entries.Where(entry => entry.NeedsOwnRequest))
        {
            var request = new DeleteObjectRequest { BucketName = name, Key = single.Key, VersionId = single.Version };
            try
            {
                await calls.CallAsync(() => client.DeleteObjectAsync(request, CancellationToken.None), deadline);
                deleted(1);
            }
            catch (DatastoreAccessDenied)
            {
                refused[single] = AccessDenied;
            }
        }

        var rest = entries.Where(entry => !entry.NeedsOwnRequest).ToList();
        for (var attempt = 1; rest.Count > 0; attempt++)
        {
            var errors = await DeleteOnceAsync(rest, deadline);
            deleted(rest.Count - errors.Count);
            rest = [];
            foreach (var (entry, code) in errors)
            {
                if (AwsErrors.IsTransient(code) && attempt < Attempts) rest.Add(entry);
                else refused[entry] = code;
            }

            if (rest.Count > 0) await calls.PauseAsync(attempt, new DatastoreThrottled(errors[rest[0]]), deadline);
        }

        return refused;
    }

    public async Task AbortAsync(IReadOnlyCollection<Upload> uploads, Action aborted, CancellationToken deadline) => await InParallel(
        uploads,
        async upload =>
        {
            var request = new AbortMultipartUploadRequest { BucketName = name, Key = upload.Key, UploadId = upload.Id };
            var aborts = await calls.CallAsync(() => AbortsAsync(() => client.AbortMultipartUploadAsync(request, CancellationToken.None)), deadline);
            if (aborts) aborted();
        },
        deadline);

    /// <summary>Until when versions are locked, or legally held: that has no date, and is examined again later. Unlocked ones are left out.</summary>
    public async Task<IReadOnlyDictionary<Entry, DateTimeOffset>> LocksAsync(IReadOnlyCollection<Entry> entries, CancellationToken deadline)
    {
        var locks = new ConcurrentDictionary<Entry, DateTimeOffset>();
        await InParallel(
            entries.Where(entry => !entry.IsMarker),
            async entry =>
            {
                if (!locksNothing && await LockedUntilAsync(entry, deadline) is { } until) locks[entry] = until;
            },
            deadline);
        return locks;
    }

    /// <summary>A piece of versions' own metadata (<c>x-amz-meta-NAME</c>); those without it are left out.</summary>
    public async Task<IReadOnlyDictionary<Entry, string>> MetadataAsync(IReadOnlyCollection<Entry> entries, string metadata, CancellationToken deadline)
    {
        var values = new ConcurrentDictionary<Entry, string>();
        await InParallel(
            entries,
            async entry =>
            {
                var request = new GetObjectMetadataRequest { BucketName = name, Key = entry.Key, VersionId = entry.Version };
                var head = await calls.CallAsync(() => HeadOrNoneAsync(() => client.GetObjectMetadataAsync(request, deadline)), deadline);
                if (head?.Metadata[metadata] is { } value) values[entry] = value;
            },
            deadline);
        return values;
    }

    private async Task<DateTimeOffset?> LockedUntilAsync(Entry entry, CancellationToken deadline)
    {
        var retention = new GetObjectRetentionRequest { BucketName = name, Key = entry.Key, VersionId = entry.Version };
        var hold = new GetObjectLegalHoldRequest { BucketName = name, Key = entry.Key, VersionId = entry.Version };
        var retained = await calls.CallAsync(() => NoneOrAsync(() => client.GetObjectRetentionAsync(retention, deadline)), deadline);
        var held = await calls.CallAsync(() => NoneOrAsync(() => client.GetObjectLegalHoldAsync(hold, deadline)), deadline);
        var now = time.GetUtcNow();
        DateTimeOffset? until = held?.LegalHold?.Status == ObjectLockLegalHoldStatus.On ? now + Exemptions.Reexamination : null;
        if (retained?.Retention?.RetainUntilDate is not { } date) return until;
        var end = new DateTimeOffset(date.ToUniversalTime());
        return end <= now || end < until ? until : end;
    }

    private async Task<Dictionary<Entry, string>> DeleteOnceAsync(List<Entry> entries, CancellationToken deadline)
    {
        var request = new DeleteObjectsRequest
        {
            BucketName = name,
            Quiet = true,
            Objects = [.. entries.Select(entry => new KeyVersion { Key = entry.Key, VersionId = entry.Version })],
        };
        var errors = await calls.CallAsync(
            async () =>
            {
                try
                {
                    return (await client.DeleteObjectsAsync(request, CancellationToken.None)).DeleteErrors;
                }
                catch (DeleteObjectsException partial)
                {
                    return partial.Response.DeleteErrors;
                }
            },
            deadline);
        var byKey = (errors ?? []).Where(error => error.Code is not ("NoSuchVersion" or "NoSuchKey")).ToLookup(error => error.Key, StringComparer.Ordinal);
        return entries
            .Select(entry => (Entry: entry, Error: byKey[entry.Key].FirstOrDefault(error => (error.VersionId ?? entry.Version) == entry.Version)))
            .Where(one => one.Error is not null)
            .ToDictionary(one => one.Entry, one => one.Error!.Code);
    }

    /// <summary>The answer, or null where S3 says that the version is gone or has no lock, or that the bucket locks nothing.</summary>
    private async Task<T?> NoneOrAsync<T>(Func<Task<T>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (AmazonS3Exception none) when (none.ErrorCode is "NoSuchObjectLockConfiguration" or "ObjectLockConfigurationNotFoundError" or "NoSuchVersion" or "NoSuchKey")
        {
            return null;
        }
        catch (AmazonS3Exception unlocked) when (unlocked.ErrorCode is "InvalidRequest")
        {
            // The whole bucket has no object lock, so nobody asks again for each of its thousands of versions.
            locksNothing = true;
            return null;
        }
    }

    /// <summary>The answer, or null where the version is gone by now. An error of a HEAD has no body, and so no other name than its status.</summary>
    private static async Task<T?> HeadOrNoneAsync<T>(Func<Task<T>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (AmazonS3Exception gone) when (gone.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static async Task<T?> GoneOrAsync<T>(Func<Task<T>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (AmazonS3Exception gone) when (gone.ErrorCode is "NoSuchVersion" or "NoSuchKey")
        {
            return null;
        }
    }

    private static async Task<bool> AbortsAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (AmazonS3Exception gone) when (gone.ErrorCode is "NoSuchUpload")
        {
            return false;
        }
    }

    private static DateTimeOffset? InSeconds(DateTime? instant) =>
        instant is { } at ? DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(at.ToUniversalTime()).ToUnixTimeSeconds()) : null;

    /// <summary>A list is asked for encoded, because XML cannot carry every key; the SDK leaves the decoding to its caller.</summary>
    private static string Decode(string key, EncodingType? encoding) => encoding == EncodingType.Url ? WebUtility.UrlDecode(key) : key;

    /// <summary>Of a list by prefix, what is the person's. An exact key is the first of all that begin like it.</summary>
    /// <exception cref="DatastoreRejected">The list holds what was not asked for: taking it for an empty one would be a false proof.</exception>
    private static List<T> Within<T>(ObjectKeys keys, List<T> listed, Func<T, string> keyOf) => listed.TrueForAll(one => keyOf(one).StartsWith(keys.Text, StringComparison.Ordinal))
        ? [.. listed.TakeWhile(one => keys.Contains(keyOf(one)))]
        : throw new DatastoreRejected("UnexpectedKey");

    private static Task InParallel<T>(IEnumerable<T> work, Func<T, Task> body, CancellationToken deadline) => Parallel.ForEachAsync(
        work,
        new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce },
        async (one, _) =>
        {
            // Not the loop's own token: a cancelled loop would hide why the first of its calls gave up.
            deadline.ThrowIfCancellationRequested();
            await body(one);
        });
}
