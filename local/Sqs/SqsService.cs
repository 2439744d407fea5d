using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>SQS as its clients see it, in the JSON protocol and in the Query protocol of older ones.</summary>
public sealed class SqsService(QueueStore queues, BackgroundWork background) : IAwsService
{
    private const string ErrorPrefix = "com.amazonaws.sqs#";

    public string SigningName => "sqs";

    public async Task HandleAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (QueryProtocol.IsQuery(context))
        {
            var (operation, parameters) = await QueryProtocol.ReadAsync(context);
            var request = SqsQuery.ToJson(parameters);
            if (request["QueueUrl"] is null && context.Request.Path.Value!.Length > 1) request["QueueUrl"] = context.Request.Path.Value;
            await SqsQuery.WriteAsync(context, operation, await AnswerAsync(context, operation, request));
        }
        else
        {
            await JsonProtocol.WriteAsync(context, await AnswerAsync(context, JsonProtocol.Operation(context), await JsonProtocol.ReadAsync(context)));
        }
    }

    public Task WriteErrorAsync(HttpContext context, AwsError error)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(error);
        var queryCode = SqsQuery.ErrorCode(error.Code);
        if (QueryProtocol.IsQuery(context)) return QueryProtocol.WriteErrorAsync(context, SqsQuery.Namespace, new AwsError(queryCode, error.Message, error.Status));
        context.Response.Headers["x-amzn-query-error"] = $"{queryCode};{(error.Status >= 500 ? "Receiver" : "Sender")}";
        return JsonProtocol.WriteErrorAsync(context, new AwsError(ErrorPrefix + error.Code, error.Message, error.Status));
    }

    private async Task<JsonObject> AnswerAsync(HttpContext context, string operation, JsonObject request)
    {
        var reader = new PropertyReader(operation, request, "InvalidParameterValue");
        var operations = new SqsOperations(queues, $"{context.Request.Scheme}://{context.Request.Host}");
        return operation switch
        {
            "ReceiveMessage" => await ReceiveAsync(context, operations, reader),
            "SendMessage" => operations.Send(reader),
            "SendMessageBatch" => SqsBatches.Run(reader, operations, operations.SendEntry, checkTotalSize: true),
            "DeleteMessage" => operations.Delete(reader),
            "DeleteMessageBatch" => SqsBatches.Run(reader, operations, SqsOperations.DeleteEntry),
            "ChangeMessageVisibility" => operations.ChangeVisibility(reader),
            "ChangeMessageVisibilityBatch" => SqsBatches.Run(reader, operations, SqsOperations.ChangeVisibilityEntry),
            "GetQueueAttributes" => operations.GetAttributes(reader),
            "SetQueueAttributes" => operations.SetAttributes(reader),
            "GetQueueUrl" => operations.GetUrl(reader),
            "ListQueues" => operations.List(reader),
            "PurgeQueue" => operations.Purge(reader),
            "CreateQueue" => operations.Create(reader),
            "DeleteQueue" => operations.DeleteQueue(reader),
            _ => throw AwsError.NotImplemented("sqs", operation),
        };
    }

    private async Task<JsonObject> ReceiveAsync(HttpContext context, SqsOperations operations, PropertyReader reader)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, background.Stopping);
        return await operations.ReceiveAsync(reader, context.Features.Get<Work>()!, ending.Token);
    }
}
