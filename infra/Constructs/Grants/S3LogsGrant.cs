using Amazon.CDK;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Infra.Constructs.Grants;

/// <summary>Reading logs, by what the keys of all days begin with; nothing to write or delete.</summary>
internal sealed class S3LogsGrant : IDatastoreGrant
{
    public string Kind => "s3-logs";

    public void Allow(LambdaFunction function, DatastoreEntry entry)
    {
        var beginning = $"{entry.Prefix!.Split('{')[0]}*";
        function.Allow(["s3:ListBucket"], [entry.Location], Conditions.Of("StringLike", "s3:prefix", beginning));
        function.Allow(["s3:GetObject"], [$"{entry.Location}/{beginning}"]);
        if (entry.EncryptionKey is { } key)
            function.Allow(["kms:Decrypt"], [key], Conditions.Of("StringEquals", "kms:ViaService", $"s3.{Stack.Of(function).Region}.amazonaws.com"));
    }
}
