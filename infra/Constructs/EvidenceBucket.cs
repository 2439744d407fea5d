using Amazon.CDK;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.S3;
using Constructs;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Write-once copies of ledger entries, and certificates. The functions lock each object for as long as it is needed; lifecycle removes it after that.</summary>
internal sealed class EvidenceBucket : Construct
{
    /// <summary>An erasure may stay open for a year before its retention begins; a lock outlives lifecycle in any case.</summary>
    private const int SlackDays = 400;

    private const int CertificateDays = 3653;

    public EvidenceBucket(Construct scope, IKey key, DataMap map) : base(scope, "Evidence")
    {
        Bucket = new Bucket(this, "Bucket", new BucketProps
        {
            ObjectLockEnabled = true,
            Versioned = true,
            EnforceSSL = true,
            MinimumTLSVersion = 1.2,
            Encryption = BucketEncryption.KMS,
            EncryptionKey = key,
            BucketKeyEnabled = true,
            BlockPublicAccess = BlockPublicAccess.BLOCK_ALL,
            ObjectOwnership = ObjectOwnership.BUCKET_OWNER_ENFORCED,
            RemovalPolicy = RemovalPolicy.RETAIN,
            LifecycleRules =
            [
                .. map.Datastores.Select(entry => Expire($"ledger-{entry.Name}", $"ledger/{entry.Name}/", entry.BackupRetentionDays + SlackDays)),
                Expire("certificates", "certificates/", CertificateDays),
            ],
        }).Pin("EvidenceBucket");
    }

    public Bucket Bucket { get; }

    private static LifecycleRule Expire(string id, string prefix, int days) => new()
    {
        Id = id,
        Prefix = prefix,
        Expiration = Duration.Days(days),
        NoncurrentVersionExpiration = Duration.Days(1),
        AbortIncompleteMultipartUploadAfter = Duration.Days(1),
    };
}
