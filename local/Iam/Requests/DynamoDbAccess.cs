using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>
/// DynamoDB: a transaction takes the permission of each of its items, everything else that of the operation. Restores take many more and are let
/// through for no role.
/// </summary>
internal sealed class DynamoDbAccess(DynamoDbLocalClient dynamoDb, TableRecords tables, EncryptionKeys keys) : IRequestAccess
{
    private static readonly string[] WithoutTable = ["ListTables", "ListBackups", "DescribeLimits", "DescribeEndpoints"];

    /// <summary>Operations on what their member names by ARN.</summary>
    private static readonly Dictionary<string, string> ByArn = new(StringComparer.Ordinal)
    {
        ["DescribeBackup"] = "BackupArn",
        ["DeleteBackup"] = "BackupArn",
        ["TagResource"] = "ResourceArn",
        ["UntagResource"] = "ResourceArn",
        ["ListTagsOfResource"] = "ResourceArn",
        ["PutResourcePolicy"] = "ResourceArn",
        ["GetResourcePolicy"] = "ResourceArn",
        ["DeleteResourcePolicy"] = "ResourceArn",
    };

    /// <summary>What the user of a table with a customer key needs of it, at least, by the guide to encryption at rest and as CDK grants it.</summary>
    private static readonly string[] ToRead = ["Decrypt", "DescribeKey"];

    private static readonly string[] ToWrite = [.. ToRead, "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo"];

    private readonly LeadingKeys leadingKeys = new(dynamoDb, tables);

    public string SigningName => "dynamodb";

    public async Task<IReadOnlyList<Access>> ReadAsync(HttpContext context)
    {
        var operation = JsonProtocol.Operation(context);
        if (WithoutTable.Contains(operation)) return [new Access($"dynamodb:{operation}", "*")];
        var request = await RequestBody.PeekAsync(context);
        if (ByArn.TryGetValue(operation, out var member)) return request.Text(member) is { } arn ? [new Access($"dynamodb:{operation}", arn)] : [];
        List<Access> accesses = [];
        foreach (var use in ItemUses.Of(operation, request)) accesses.AddRange(await OfAsync(use, context.RequestAborted));
        return accesses.Count > 0 ? accesses : throw RequestBody.Unknown("dynamodb", operation);
    }

    private async Task<IEnumerable<Access>> OfAsync(ItemUse use, CancellationToken cancellation)
    {
        var table = ArnOf(use.Table);
        var access = new Access($"dynamodb:{use.Action}", use.Index is null ? table : $"{table}/index/{use.Index}");
        if (use.Items.Count > 0 && await leadingKeys.OfAsync(use, cancellation) is { Count: > 0 } values) access = access.With("dynamodb:LeadingKeys", values);
        var name = use.Table[(use.Table.LastIndexOf('/') + 1)..];
        return use.Kind is UseKind.Describe
            ? [access]
            : [access, .. keys.For(table, "dynamodb", ("aws:dynamodb:tableName", name), use.Kind is UseKind.Read ? ToRead : ToWrite)];
    }

    /// <param name="table">A name or an ARN.</param>
    private static string ArnOf(string table) => table.StartsWith("arn:", StringComparison.Ordinal) ? table : Arns.Of("dynamodb", $"table/{table}");
}
