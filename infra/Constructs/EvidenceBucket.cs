using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.S3;
using Constructs;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Write-once copies of ledger entries, and certificates. The functions lock each version for as long as it is needed; lifecycle removes it after that.</summary>
internal sealed class EvidenceBucket : Construct
{
    private const int CertificateDays = 3653;

    public EvidenceBucket(Construct scope, IKey key) : base(scope, "Evidence")
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
                // Locks alone decide how long a copy of a ledger entry stays. After a day a delete marker hides it, which a lock does not prevent;
                // behind the marker the version stays until its lock has ended, and is removed within days of that. Whoever rebuilds the ledger reads versions.
                Expire("ledger", "ledger/", 1),
                Expire("certificates", "certificates/", CertificateDays),
            ],
        }).Pin("EvidenceBucket");
        // A version without a lock would be gone within days, and one that overwrites another is no evidence.
        Refuse("WithoutLock", Conditions.Of("StringNotEquals", "s3:object-lock-mode", "COMPLIANCE"));
        Refuse("WithoutIfNoneMatch", Conditions.Of("Null", "s3:if-none-match", "true"));
    }

    public Bucket Bucket { get; }

    private void Refuse(string id, Conditions when) => Bucket.AddToResourcePolicy(new PolicyStatement(new PolicyStatementProps
    {
        Sid = id,
        Effect = Effect.DENY,
        Principals = [new StarPrincipal()],
        Actions = ["s3:PutObject"],
        Resources = [Bucket.ArnForObjects("ledger/*"), Bucket.ArnForObjects("certificates/*")],
        Conditions = when.ToDictionary(),
    }));

    private static LifecycleRule Expire(string id, string prefix, int days) => new()
    {
        Id = id,
        Prefix = prefix,
        Expiration = Duration.Days(days),
        NoncurrentVersionExpiration = Duration.Days(1),
        AbortIncompleteMultipartUploadAfter = Duration.Days(1),
    };
}
