using Amazon.CDK;
using Amazon.CDK.AWS.KMS;
using Amazon.CDK.AWS.S3;

namespace ServerlessGdpr.Infra.Constructs.Grants;

/// <summary>Permissions on the system's own stores: named actions on named resources.</summary>
internal static class StoreGrants
{
    private static readonly string[] ThroughDynamoDb =
        ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"];

    /// <param name="actions">Without the prefix; a transaction needs the actions of its items, and ConditionCheckItem.</param>
    public static LambdaFunction MayUse(this LambdaFunction function, StoreTable table, params string[] actions)
    {
        function.Allow([.. actions.Select(action => $"dynamodb:{action}")], [table.Arn]);
        return function;
    }

    /// <summary>Items whose partition key begins with <paramref name="prefix"/>, and no others.</summary>
    public static LambdaFunction MayUseOnly(this LambdaFunction function, StoreTable table, string prefix, params string[] actions)
    {
        function.Allow(
            [.. actions.Select(action => $"dynamodb:{action}")],
            [table.Arn],
            Conditions.Of("ForAllValues:StringLike", "dynamodb:LeadingKeys", $"{prefix}*"));
        return function;
    }

    public static LambdaFunction MayQuery(this LambdaFunction function, StoreTable table, string index)
    {
        function.Allow(["dynamodb:Query"], [table.IndexArn(index)]);
        return function;
    }

    /// <summary>Writing once and extending locks: no content to read, nothing to delete or shorten.</summary>
    public static LambdaFunction MayWriteEvidence(this LambdaFunction function, IBucket bucket, params string[] prefixes)
    {
        function.Allow(
            ["s3:GetObjectRetention", "s3:PutObject", "s3:PutObjectRetention"],
            [.. prefixes.Select(prefix => $"{bucket.BucketArn}/{prefix}*")]);
        // Locks belong to versions; what was written earlier is found by its name.
        function.Allow(["s3:ListBucketVersions"], [bucket.BucketArn], Conditions.Of("StringLike", "s3:prefix", [.. prefixes.Select(prefix => $"{prefix}*")]));
        return function;
    }

    /// <summary>Every version, also behind a delete marker; nothing to write or lock.</summary>
    public static LambdaFunction MayReadEvidence(this LambdaFunction function, IBucket bucket, string prefix)
    {
        function.Allow(["s3:GetObjectRetention", "s3:GetObjectVersion"], [$"{bucket.BucketArn}/{prefix}*"]);
        function.Allow(["s3:ListBucketVersions"], [bucket.BucketArn], Conditions.Of("StringLike", "s3:prefix", $"{prefix}*"));
        return function;
    }

    /// <summary>Objects of the export bucket under a prefix, and their list.</summary>
    public static LambdaFunction MayReadExports(this LambdaFunction function, IBucket bucket, IKey key, string prefix)
    {
        function.Allow(["s3:GetObject"], [$"{bucket.BucketArn}/{prefix}*"]);
        return function.MayUseKey(key, "kms:Decrypt");
    }

    /// <summary>Writing, whole or in parts; S3 decrypts parts to put them together.</summary>
    public static LambdaFunction MayWriteExports(this LambdaFunction function, IBucket bucket, IKey key, string prefix)
    {
        function.Allow(["s3:AbortMultipartUpload", "s3:PutObject"], [$"{bucket.BucketArn}/{prefix}*"]);
        return function.MayUseKey(key, "kms:Decrypt", "kms:GenerateDataKey");
    }

    /// <summary>Removing without reading.</summary>
    public static LambdaFunction MayRemoveExports(this LambdaFunction function, IBucket bucket, string prefix)
    {
        function.Allow(["s3:DeleteObject"], [$"{bucket.BucketArn}/{prefix}*"]);
        function.Allow(["s3:ListBucket"], [bucket.BucketArn], Conditions.Of("StringLike", "s3:prefix", $"{prefix}*"));
        return function;
    }

    /// <summary>The storage key, through the named services only.</summary>
    public static LambdaFunction MayReadAndWriteEncrypted(this LambdaFunction function, IKey key, params string[] services)
    {
        var region = Stack.Of(function).Region;
        function.Allow(ThroughDynamoDb, [key.KeyArn], Conditions.Of("StringEquals", "kms:ViaService", [.. services.Select(service => $"{service}.{region}.amazonaws.com")]));
        return function;
    }

    private static LambdaFunction MayUseKey(this LambdaFunction function, IKey key, params string[] actions)
    {
        function.Allow(actions, [key.KeyArn], Conditions.Of("StringEquals", "kms:ViaService", $"s3.{Stack.Of(function).Region}.amazonaws.com"));
        return function;
    }
}
