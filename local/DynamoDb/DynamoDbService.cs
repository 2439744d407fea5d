using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.DynamoDb.Backups.Journal;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb;

/// <summary>DynamoDB: AWS's DynamoDB Local, with what it lacks: backups, restores, tags, policies and table ids.</summary>
internal sealed class DynamoDbService(
    DynamoDbForwarder forwarder, TableLife life, TableOperations operations, TableRecords tables, WriteTurns turns) : IAwsService
{
    private const string StreamsTarget = "DynamoDBStreams_";

    public string SigningName => "dynamodb";

    public RequestFaults Faults { get; } = new();

    public Task HandleAsync(HttpContext context)
    {
        var operation = JsonProtocol.Operation(context);
        return Faults.RunAsync(operation, context, () => ServeAsync(context, operation));
    }

    private static JsonObject Parse(byte[] body)
    {
        try
        {
            if (JsonNode.Parse(body) is JsonObject request) return request;
        }
        catch (JsonException)
        {
            // Refused below.
        }

        throw new AwsError("SerializationException", "The request body is not a JSON object.");
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        return bytes.ToArray();
    }

    private async Task ServeAsync(HttpContext context, string operation)
    {
        var body = await ReadAsync(context);
        if (context.Request.Headers["X-Amz-Target"].ToString().StartsWith(StreamsTarget, StringComparison.Ordinal)) await StreamAsync(context, body);
        else if (operations.Has(operation)) await JsonProtocol.WriteAsync(context, await operations.RunAsync(operation, Parse(body), context.RequestAborted));
        else if (TableLife.Concerns(operation)) await JsonProtocol.WriteAsync(context, await life.RunAsync(operation, Parse(body), context.RequestAborted));
        else if (WriteRequest.IsWrite(operation)) await WriteAsync(context, operation, body);
        else await ReadAsync(context, operation, body);
    }

    /// <summary>Requests about streams name them by ARN.</summary>
    private async Task StreamAsync(HttpContext context, byte[] body)
    {
        var local = System.Text.Encoding.UTF8.GetBytes(LocalArns.ToLocal(System.Text.Encoding.UTF8.GetString(body)));
        var answer = await forwarder.SendAsync(context, local, context.RequestAborted);
        await answer.With(LocalArns.ToCloud(answer.Text)).WriteAsync(context);
    }

    private async Task WriteAsync(HttpContext context, string operation, byte[] body)
    {
        var request = Parse(body);
        RequireRestored(operation, request);
        using var turn = await turns.EnterAsync(operation, request);

        // A journal has to hear how the write ended, even when the client is gone.
        var answer = await forwarder.SendAsync(context, body, turn.Journaled.Count > 0 ? CancellationToken.None : context.RequestAborted);
        if (answer.Succeeded) await turns.RecordAsync(turn, operation, request);
        turn.Dispose();
        await answer.WriteAsync(context);
    }

    private async Task ReadAsync(HttpContext context, string operation, byte[] body)
    {
        if (WriteRequest.IsRead(operation) && tables.All.Any(table => table.IsBeingRestored)) RequireRestored(operation, Parse(body));
        await (await forwarder.SendAsync(context, body, context.RequestAborted)).WriteAsync(context);
    }

    private void RequireRestored(string operation, JsonObject request)
    {
        if (WriteRequest.Tables(operation, request).Select(tables.Find).FirstOrDefault(table => table is { IsBeingRestored: true }) is { } table)
            throw new AwsError("ResourceNotFoundException", $"Requested resource not found: Table: {table.Name} not found");
    }
}
