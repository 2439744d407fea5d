using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb;

/// <summary>Creates, describes, changes and deletes tables in DynamoDB Local, and keeps what it does not know about them.</summary>
internal sealed class TableLife(DynamoDbLocalClient client, TableRecords tables, BackupStore backups)
{
    public static bool Concerns(string operation) => operation is "CreateTable" or "DescribeTable" or "UpdateTable" or "DeleteTable";

    public async Task<JsonObject> RunAsync(string operation, JsonObject request, CancellationToken cancellation)
    {
        if (operation is "CreateTable") return await CreateAsync(request, cancellation);
        var table = tables.Find(request["TableName"]?.ToString() ?? "");
        if (table is not null && operation is "DeleteTable") return await DeleteAsync(table, request, cancellation);
        if (operation is "UpdateTable") RequireActive(table);
        return View(await client.CallAsync(operation, request, cancellation), table);
    }

    private static JsonObject View(JsonObject answer, TableRecord? table)
    {
        var cloud = JsonNode.Parse(LocalArns.ToCloud(answer.ToText()))!.AsObject();
        if (table is not null && (cloud["Table"] ?? cloud["TableDescription"]) is JsonObject description) TableView.Complete(description, table);
        return cloud;
    }

    private static void RequireActive(TableRecord? table)
    {
        if (table is { IsBeingRestored: true })
            throw new AwsError("ResourceInUseException", $"Attempt to change a resource which is still in use: Table is being created: {table.Name}");
    }

    private async Task<JsonObject> CreateAsync(JsonObject request, CancellationToken cancellation)
    {
        var attached = new JsonObject();
        foreach (var name in new[] { "Tags", "ResourcePolicy" })
        {
            if (request.Remove(name, out var value)) attached[name] = value;
        }

        var reader = new PropertyReader("CreateTable", attached, "ValidationException");
        var tags = TableAttachments.ReadTags(reader);
        var policy = reader.GetDocument("ResourcePolicy");
        var answer = await client.CallAsync("CreateTable", request, cancellation);
        var table = tables.Add(answer["TableDescription"]!);
        TableAttachments.SetTags(table, tags);
        if (policy is not null) table.Policy = TablePolicy.Of(table.Arn, policy);
        return View(answer, table);
    }

    /// <summary>A table with point-in-time recovery leaves a backup behind.</summary>
    private async Task<JsonObject> DeleteAsync(TableRecord table, JsonObject request, CancellationToken cancellation)
    {
        RequireActive(table);
        using var alone = await table.Gate.AloneAsync();
        var last = table.Journal is null ? null : await backups.TakeAsync(table, $"{table.Name}$DeletedTableBackup", "SYSTEM", cancellation);
        try
        {
            var answer = await client.CallAsync("DeleteTable", request, cancellation);
            tables.Remove(table);
            return View(answer, table);
        }
        catch (AwsError)
        {
            if (last is not null) backups.Remove(last);
            throw;
        }
    }
}
