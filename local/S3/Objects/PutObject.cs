using System.Text;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Locks;

namespace ServerlessGdpr.Local.S3.Objects;

/// <summary>PutObject.</summary>
internal sealed class PutObject(BucketStore buckets, BodyReceiver bodies, TimeProvider time)
{
    private const int KeyLimit = 1024;

    public async Task HandleAsync(S3Request request)
    {
        var bucket = buckets.Of(request);
        var draft = NewObject.Of(request, bucket, time.GetUtcNow());
        if (draft.HasLock && !HasDigest(request))
            throw S3Error.InvalidRequest("Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters");
        var received = await bodies.ReceiveAsync(request);
        ObjectVersion? added = null;
        try
        {
            lock (bucket.Gate)
            {
                Preconditions.RequireWrite(request, bucket.Current(request.Key));
                added = draft.AddTo(bucket, received.Stored, received.Md5, received.Checksum, [], time.GetUtcNow());
            }
        }
        finally
        {
            if (added is null) received.Stored.Delete();
        }

        request.AnswerHeaders.ETag = ObjectHeaders.Quoted(received.Md5);
        ObjectHeaders.WriteChecksum(request, received.Checksum);
        ObjectHeaders.WriteVersion(request, bucket, added);
        added.Content!.Encryption.WriteTo(request);
        await request.AnswerAsync(200);
    }

    public static void RequireKey(string key)
    {
        if (Encoding.UTF8.GetByteCount(key) > KeyLimit) throw new AwsError("KeyTooLongError", "Your key is too long");
    }

    private static bool HasDigest(S3Request request) =>
        request.Header("Content-MD5") is not null || request.Header("x-amz-trailer") is not null
            || Checksum.Algorithms.Any(name => request.Header(Checksum.HeaderPrefix + name.ToLowerInvariant()) is not null);
}

/// <summary>What a request says of the object that it is about to make: everything but the bytes.</summary>
internal sealed record NewObject(
    string Key,
    IReadOnlyDictionary<string, string> Headers,
    string StorageClass,
    Encryption Encryption,
    IReadOnlyDictionary<string, string> Tags,
    Retention? Retention,
    bool LegalHold)
{
    public bool HasLock => Retention is not null || LegalHold;

    public static NewObject Of(S3Request request, Bucket bucket, DateTimeOffset now)
    {
        PutObject.RequireKey(request.Key);
        string? encryption;
        bool hasLock;
        lock (bucket.Gate)
        {
            bucket.Documents.TryGetValue("encryption", out encryption);
            hasLock = bucket.Lock is not null;
        }

        var draft = new NewObject(
            request.Key,
            ObjectHeaders.Of(request),
            ObjectHeaders.StorageClass(request),
            Encryption.Of(request, encryption),
            ObjectTags.OfHeader(request.Header("x-amz-tagging")),
            LockHeaders.Retention(request, now),
            LockHeaders.LegalHold(request));
        return !draft.HasLock || hasLock ? draft : throw S3Error.NoLockOnBucket();
    }

    /// <summary>Makes the object the bucket's current version of its key; the caller holds the bucket's gate.</summary>
    public ObjectVersion AddTo(Bucket bucket, StoredBody body, string etag, Checksum checksum, IReadOnlyList<long> parts, DateTimeOffset now)
    {
        var version = new ObjectVersion
        {
            Key = Key,
            VersionId = bucket.NextVersionId(),
            LastModified = now,
            Content = new ObjectContent(body, etag, checksum, Headers, StorageClass, Encryption, parts),
            Tags = Tags,
            Retention = Retention ?? bucket.Lock?.Default(now),
            LegalHold = LegalHold,
        };
        bucket.Add(version);
        return version;
    }
}
