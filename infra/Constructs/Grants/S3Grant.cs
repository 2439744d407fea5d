using Amazon.CDK;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Infra.Constructs.Grants;

/// <summary>
/// One bucket and its restored copies; of their objects, those under the fixed beginning of each key template. Contents are exported from the bucket itself only; of a
/// copy, reading is allowed where an object's metadata says how old it is, which S3 has no permission of its own for.
/// </summary>
internal sealed class S3Grant : IDatastoreGrant
{
    public string Kind => "s3";

    public void Allow(LambdaFunction function, DatastoreEntry entry)
    {
        string[] buckets = entry.CopyArnPattern is { } copies ? [entry.Location, copies] : [entry.Location];
        string[] objects = [.. buckets.SelectMany(bucket => entry.Keys.Select(key => $"{bucket}/{Fixed(key.KeyTemplate!)}*").Distinct().Order(StringComparer.Ordinal))];
        // Without ListBucket S3 answers 403 where something does not exist.
        function.Allow(["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"], buckets);
        function.Allow(["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectLegalHold", "s3:GetObjectRetention"], objects);
        string[] own = [.. objects.Where(arn => arn.StartsWith($"{entry.Location}/", StringComparison.Ordinal))];
        function.Allow(["s3:GetObject"], own);
        function.Allow(["s3:GetObjectVersion"], entry.RecordTime is null ? own : objects);
        if (entry.EncryptionKey is { } key)
            function.Allow(["kms:Decrypt"], [key], Conditions.Of("StringEquals", "kms:ViaService", $"s3.{Stack.Of(function).Region}.amazonaws.com"));
    }

    private static string Fixed(string template) => template.Split('{')[0];
}
