using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Infra.Constructs.Grants;

/// <summary>One bucket; of its objects, those under the fixed beginning of each key template. Contents are not read, so the encryption key is not needed.</summary>
internal sealed class S3Grant : IDatastoreGrant
{
    public string Kind => "s3";

    public void Allow(LambdaFunction function, DatastoreEntry entry)
    {
        var objects = entry.Keys.Select(key => $"{entry.Location}/{Fixed(key.KeyTemplate!)}*").Distinct().Order(StringComparer.Ordinal);
        // Without ListBucket S3 answers 403 where something does not exist.
        function.Allow(["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"], [entry.Location]);
        function.Allow(
            ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectLegalHold", "s3:GetObjectRetention"],
            [.. objects]);
    }

    private static string Fixed(string template) => template.Split('{')[0];
}
