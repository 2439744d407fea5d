using Amazon.CDK;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Infra.Constructs.Grants;

/// <summary>One table, its restored copies, and the indexes its keys name: reading, and either deleting or updating, never both.</summary>
internal sealed class DynamoDbGrant : IDatastoreGrant
{
    public string Kind => "dynamodb";

    public void Allow(LambdaFunction function, DatastoreEntry entry)
    {
        var indexes = entry.Keys.Select(key => key.Index).OfType<string>().Distinct().Order(StringComparer.Ordinal);
        string[] tables = entry.CopyArnPattern is { } copies ? [entry.Location, copies] : [entry.Location];
        function.Allow(["dynamodb:BatchGetItem", "dynamodb:DescribeTable"], tables);
        function.Allow(["dynamodb:Query"], [.. tables, .. tables.SelectMany(table => indexes.Select(index => $"{table}/index/{index}"))]);
        function.Allow(
            entry.Action.Kind == "anonymise" ? ["dynamodb:UpdateItem"] : ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem"],
            tables);
        if (entry.EncryptionKey is not { } key) return;

        function.Allow(
            ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
            [key],
            Conditions.Of("StringEquals", "kms:ViaService", $"dynamodb.{Stack.Of(function).Region}.amazonaws.com"));
    }
}
