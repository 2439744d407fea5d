using Amazon.CDK;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.S3;
using Constructs;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>What people are given: the only place outside the vault and the ledger that holds personal data, with a key of its own, and nothing in it for long.</summary>
internal sealed class ExportBucket : Construct
{
    /// <summary>As long as an operator may take to decide about an export that failed. What is packed is removed at once.</summary>
    private const int PartDays = 45;

    public ExportBucket(Construct scope, int bundleDays) : base(scope, "Exports")
    {
        Key = new Key(this, "Key", new KeyProps
        {
            Description = "Encryption of exported personal data",
            EnableKeyRotation = true,
            RemovalPolicy = RemovalPolicy.RETAIN,
        }).Pin("ExportKey");

        // Not versioned: what is removed is gone.
        Bucket = new Bucket(this, "Bucket", new BucketProps
        {
            EnforceSSL = true,
            MinimumTLSVersion = 1.2,
            Encryption = BucketEncryption.KMS,
            EncryptionKey = Key,
            BucketKeyEnabled = true,
            BlockPublicAccess = BlockPublicAccess.BLOCK_ALL,
            ObjectOwnership = ObjectOwnership.BUCKET_OWNER_ENFORCED,
            RemovalPolicy = RemovalPolicy.RETAIN,
            LifecycleRules = [Expire("bundles", "bundles/", bundleDays), Expire("parts", "parts/", PartDays)],
        }).Pin("ExportBucket");
    }

    public Key Key { get; }

    public Bucket Bucket { get; }

    private static LifecycleRule Expire(string id, string prefix, int days) => new()
    {
        Id = id,
        Prefix = prefix,
        Expiration = Duration.Days(days),
        AbortIncompleteMultipartUploadAfter = Duration.Days(1),
    };
}
