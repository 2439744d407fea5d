using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Locks;

namespace ServerlessGdpr.Local.S3.Buckets;

/// <summary>The account's buckets.</summary>
public sealed partial class BucketStore(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

    public IEnumerable<Bucket> All => buckets.Values.OrderBy(bucket => bucket.Name, StringComparer.Ordinal);

    /// <summary>The bucket a request is about.</summary>
    public Bucket Of(S3Request request)
    {
        request.RequireExpectedOwner();
        return Find(request.Bucket);
    }

    public Bucket Find(string name) => buckets.GetValueOrDefault(name) ?? throw S3Error.NoSuchBucket();

    public Bucket Create(string name, bool withLock)
    {
        if (!BucketName().IsMatch(name) || name.Contains("..", StringComparison.Ordinal)) throw new AwsError("InvalidBucketName", "The specified bucket is not valid.");
        var bucket = new Bucket(name, time.GetUtcNow());
        if (withLock)
        {
            bucket.Versioning = VersioningState.Enabled;
            bucket.Lock = BucketLock.WithoutDefault;
        }

        bucket.Documents["publicAccessBlock"] = BucketDocuments.AllBlocked;
        if (!buckets.TryAdd(name, bucket))
            throw new AwsError("BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.", 409);
        return bucket;
    }

    public void Delete(Bucket bucket)
    {
        lock (bucket.Gate)
        {
            if (!bucket.IsEmpty) throw new AwsError("BucketNotEmpty", "The bucket you tried to delete is not empty. You must delete all versions in the bucket.", 409);
            buckets.TryRemove(bucket.Name, out _);
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex BucketName();
}
