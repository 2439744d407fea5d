using Amazon.CDK;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Infra.Constructs.Grants;

/// <summary>One bucket; of its objects, those under the fixed beginning of each key template.</summary>
internal sealed class S3Grant : IDatastoreGrant
{
    public string Kind => "s3";

    public void Allow(LambdaFunction function, DatastoreEntry entry)
    {
        var objects = entry.Keys.Select(key => $"{entry.Location}/{Fixed(key.KeyTemplate!)}*").Distinct().Order(StringComparer.Ordinal);
        function.Allow(
            ["s3:GetBucketObjectLockConfiguration", "s3:GetBucketVersioning", "s3:ListBucket", "s3:ListBucketVersions"],
            [entry.Location]);
        function.Allow(
            [
                "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectLegalHold", "s3:GetObjectRetention", "s3:GetObjectVersion",
            ],
            [.. objects]);

        // Deleting needs no key; reading an object's metadata does.
        if (entry.EncryptionKey is { } key)
            function.Allow(["kms:Decrypt"], [key], Conditions.Of("StringEquals", "kms:ViaService", $"s3.{Stack.Of(function).Region}.amazonaws.com"));
    }

    private static string Fixed(string template) => template.Split('{')[0];
}
