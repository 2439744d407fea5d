using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>Objects that are written once and locked: nobody, the account's administrators included, can change or remove them before the lock ends.</summary>
public sealed class EvidenceBucket(IAmazonS3 s3, string bucket)
{
    /// <summary>Writes the object unless it is there already: what was written first stands.</summary>
    public async Task WriteOnceAsync(string key, string json, DateTimeOffset lockedUntil, CancellationToken cancellation)
    {
        try
        {
            await s3.PutObjectAsync(
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
        }
        catch (AmazonS3Exception refused) when (refused.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            await ExtendLockAsync(key, lockedUntil, cancellation);
        }
    }

    /// <summary>Locks for longer. A lock in compliance mode is never shortened: an earlier instant changes nothing.</summary>
    public async Task ExtendLockAsync(string key, DateTimeOffset lockedUntil, CancellationToken cancellation)
    {
        var current = await s3.GetObjectRetentionAsync(new GetObjectRetentionRequest { BucketName = bucket, Key = key }, cancellation);
        if (current.Retention?.RetainUntilDate?.ToUniversalTime() >= lockedUntil.UtcDateTime) return;

        await s3.PutObjectRetentionAsync(
            new PutObjectRetentionRequest
            {
                BucketName = bucket,
                Key = key,
                Retention = new ObjectLockRetention { Mode = ObjectLockRetentionMode.Compliance, RetainUntilDate = lockedUntil.UtcDateTime },
            },
            cancellation);
    }
}
