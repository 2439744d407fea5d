using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Objects;
using ServerlessGdpr.Local.S3.Xml;
using static ServerlessGdpr.Local.S3.Xml.S3Xml;

namespace ServerlessGdpr.Local.S3.Locks;

/// <summary>A bucket's object lock, and the retention and legal hold of versions.</summary>
internal sealed class LockOperations(BucketStore buckets, TimeProvider time)
{
    public Task GetObjectLockConfiguration(S3Request request)
    {
        var configuration = buckets.Of(request).Lock
            ?? throw new AwsError("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket", 404);
        return request.AnswerAsync(configuration.ToXml());
    }

    public async Task PutObjectLockConfiguration(S3Request request)
    {
        var bucket = buckets.Of(request);
        Configure(bucket, BucketLock.Parse(Parse(await BodyReceiver.ReadDocumentAsync(request), "ObjectLockConfiguration")));
        await request.AnswerAsync(200);
    }

    public static void Configure(Bucket bucket, BucketLock configuration)
    {
        lock (bucket.Gate)
        {
            if (bucket.Versioning is not VersioningState.Enabled)
                throw new AwsError("InvalidBucketState", "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration", 409);
            bucket.Lock = configuration;
        }
    }

    public Task GetObjectRetention(S3Request request)
    {
        var version = Find(request, out _);
        return request.AnswerAsync((version.Retention ?? throw NoLock()).ToXml());
    }

    public async Task PutObjectRetention(S3Request request)
    {
        var document = Parse(await BodyReceiver.ReadDocumentAsync(request), "Retention");
        var (mode, until) = (document.Text("Mode"), document.Text("RetainUntilDate"));
        if (mode is null != until is null) throw S3Error.MalformedXml();
        var retention = mode is null ? null : Retention.Parse(mode, until!, time.GetUtcNow());
        var version = Find(request, out var bucket);
        lock (bucket.Gate)
        {
            if (!MayReplace(version.Retention, retention, LockHeaders.Bypass(request))) throw S3Error.Locked();
            version.Retention = retention;
        }

        await request.AnswerAsync(200);
    }

    public Task GetObjectLegalHold(S3Request request)
    {
        var version = Find(request, out _);
        return request.AnswerAsync(Element("LegalHold", Element("Status", version.LegalHold ? "ON" : "OFF")));
    }

    public async Task PutObjectLegalHold(S3Request request)
    {
        var status = Parse(await BodyReceiver.ReadDocumentAsync(request), "LegalHold").Text("Status");
        if (status is not ("ON" or "OFF")) throw S3Error.MalformedXml();
        var version = Find(request, out var bucket);
        lock (bucket.Gate) version.LegalHold = status is "ON";
        await request.AnswerAsync(200);
    }

    private static AwsError NoLock() => new("NoSuchObjectLockConfiguration", "The specified object does not have a ObjectLock configuration", 404);

    /// <summary>
    /// Anyone may extend a retention. Compliance is never shortened or weakened; governance is, by who asks to bypass it.
    /// </summary>
    private bool MayReplace(Retention? existing, Retention? wanted, bool bypassGovernance)
    {
        if (existing is null || !existing.Holds(time.GetUtcNow())) return true;
        var isStronger = wanted is not null && wanted.Until >= existing.Until && (wanted.Mode == existing.Mode || wanted.Mode is Retention.Compliance);
        return isStronger || (existing.Mode is Retention.Governance && bypassGovernance);
    }

    private ObjectVersion Find(S3Request request, out Bucket bucket)
    {
        bucket = buckets.Of(request);
        lock (bucket.Gate)
        {
            if (bucket.Lock is null) throw S3Error.NoLockOnBucket();
            return GetObject.Find(request, bucket, request.Key, request.VersionId);
        }
    }
}
