using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>SQS: a batch takes the permission of its entries.</summary>
internal sealed class SqsAccess(EncryptionKeys keys) : IRequestAccess
{
    private const string Batch = "Batch";

    public string SigningName => "sqs";

    public async Task<IReadOnlyList<Access>> ReadAsync(HttpContext context)
    {
        var (operation, queue) = await OperationAsync(context);
        if (operation.EndsWith(Batch, StringComparison.Ordinal)) operation = operation[..^Batch.Length];
        if (queue is null) return [new Access($"sqs:{operation}", "*")];
        var arn = Arns.Of("sqs", queue[(queue.LastIndexOf('/') + 1)..]);
        return [new Access($"sqs:{operation}", arn), .. OfKey(arn, operation)];
    }

    /// <summary>A producer needs to make data keys and to open them again, a consumer to open them.</summary>
    public IEnumerable<Access> OfKey(string queueArn, string operation) => operation switch
    {
        "SendMessage" => keys.For(queueArn, "sqs", ("aws:sqs:arn", queueArn), "GenerateDataKey", "Decrypt"),
        "ReceiveMessage" => keys.For(queueArn, "sqs", ("aws:sqs:arn", queueArn), "Decrypt"),
        _ => [],
    };

    private static async Task<(string Operation, string? Queue)> OperationAsync(HttpContext context)
    {
        if (QueryProtocol.IsQuery(context))
        {
            var (operation, parameters) = await QueryProtocol.ReadAsync(context);
            return (operation, parameters.GetValueOrDefault("QueueUrl") ?? parameters.GetValueOrDefault("QueueName"));
        }

        var request = await RequestBody.PeekAsync(context);
        return (JsonProtocol.Operation(context), request.Text("QueueUrl") ?? request.Text("QueueName"));
    }
}
