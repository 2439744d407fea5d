using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>
/// Objects that are written once and locked: nobody, the account's administrators included, can change or remove them before the lock ends.
/// A lock belongs to a version, which lifecycle may hide behind a delete marker; so versions are named, never the object as it is now.
/// </summary>
public sealed class EvidenceBucket(IAmazonS3 s3, string bucket)
{
    /// <summary>Writes the object unless it is there already: what was written first stands.</summary>
    public Task WriteOnceAsync(string key, string json, DateTimeOffset lockedUntil, CancellationToken cancellation) =>
        WriteVersionAsync(key, json, lockedUntil, cancellation);

    /// <summary>As <see cref="WriteOnceAsync"/>, for those who extend the lock later.</summary>
    /// <returns>The id of the version that stands.</returns>
    public async Task<string> WriteVersionAsync(string key, string json, DateTimeOffset lockedUntil, CancellationToken cancellation)
    {
        try
        {
            var written = await s3.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = bucket,
                    Key = key,
                    ContentBody = json,
                    ContentType = "application/json",
                    IfNoneMatch = "*",
                    // A put that sets a lock must carry a checksum.
                    ChecksumSHA256 = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(json))),
                    ObjectLockMode = ObjectLockMode.Compliance,
                    ObjectLockRetainUntilDate = lockedUntil.UtcDateTime,
                },
                cancellation);
            return written.VersionId;
        }
        catch (AmazonS3Exception refused) when (refused.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            var version = await CurrentVersionAsync(key, cancellation) ?? throw new EvidenceRemovedMeanwhile(refused);
            await ExtendLockAsync(key, version, lockedUntil, cancellation);
            return version;
        }
    }

    /// <summary>Locks for longer. A lock in compliance mode is never shortened: an earlier instant changes nothing. A version that is gone cannot be locked.</summary>
    public async Task ExtendLockAsync(string key, string version, DateTimeOffset lockedUntil, CancellationToken cancellation)
    {
        try
        {
            var current = await s3.GetObjectRetentionAsync(
                new GetObjectRetentionRequest { BucketName = bucket, Key = key, VersionId = version }, cancellation);
            if (current.Retention?.RetainUntilDate?.ToUniversalTime() >= lockedUntil.UtcDateTime) return;

            await s3.PutObjectRetentionAsync(
                new PutObjectRetentionRequest
                {
                    BucketName = bucket,
                    Key = key,
                    VersionId = version,
                    Retention = new ObjectLockRetention { Mode = ObjectLockRetentionMode.Compliance, RetainUntilDate = lockedUntil.UtcDateTime },
                },
                cancellation);
        }
        catch (AmazonS3Exception gone) when (gone.ErrorCode is "NoSuchVersion" or "NoSuchKey")
        {
            // Its lock had ended and lifecycle was quicker: the others are locked all the same, and the table still has the entry.
        }
    }

    /// <summary>By a listing, because a HEAD takes the permission to read.</summary>
    private async Task<string?> CurrentVersionAsync(string key, CancellationToken cancellation)
    {
        var listed = await s3.ListVersionsAsync(new ListVersionsRequest { BucketName = bucket, Prefix = key }, cancellation);
        return listed.Versions?.Find(version => version.Key == key && version is { IsLatest: true, IsDeleteMarker: not true })?.VersionId;
    }
}

/// <summary>An object was there when it was to be written, and no longer when its version was looked up.</summary>
public sealed class EvidenceRemovedMeanwhile(Exception cause) : TransientFailure("Evidence was removed while it was written again.", cause);
