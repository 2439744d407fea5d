using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>The Lambda Runtime API (2018-06-01), under a path prefix per worker.</summary>
public sealed class RuntimeApi(WorkerFactory workers, InFlight inFlight, BackgroundWork background) : IPathEndpoint
{
    private const string Root = "/_lambda";

    public PathString Prefix => Root;

    public static string PathOf(Worker worker) => $"{Root}/{worker.Id}";

    public async Task HandleAsync(HttpContext context)
    {
        // "", _lambda, WORKER, 2018-06-01, runtime, ...
        var parts = context.Request.Path.Value!.Split('/');
        var worker = parts.Length > 5 && parts[3] == "2018-06-01" && parts[4] == "runtime" ? workers.Find(parts[2]) : null;
        if (worker is null || worker.HasExited)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "InvalidWorker", "There is no such worker.");
            return;
        }

        switch (context.Request.Method, parts[5..])
        {
            case ("GET", ["invocation", "next"]):
                await NextAsync(context, worker);
                break;
            case ("POST", ["invocation", var id, "response"]):
                await ConcludeAsync(context, worker, id, ReadResponseAsync);
                break;
            case ("POST", ["invocation", var id, "error"]):
                await ConcludeAsync(context, worker, id, ReadErrorAsync);
                break;
            case ("POST", ["init", "error"]):
                worker.FailInit(await ReadErrorAsync(context));
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                break;
            default:
                await RefuseAsync(context, StatusCodes.Status404NotFound, "InvalidPath", "The Runtime API has no such path.");
                break;
        }
    }

    /// <summary>Waits, with nothing in flight, until there is a call for the worker.</summary>
    private async Task NextAsync(HttpContext context, Worker worker)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, background.Stopping);
        try
        {
            var call = await worker.NextAsync(gone.Token);
            var headers = context.Response.Headers;
            headers["Lambda-Runtime-Aws-Request-Id"] = call.RequestId;
            headers["Lambda-Runtime-Deadline-Ms"] = call.Deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            headers["Lambda-Runtime-Invoked-Function-Arn"] = call.Function.Arn;
            headers["Lambda-Runtime-Trace-Id"] = call.TraceId;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(call.Payload, gone.Token);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    private async Task ConcludeAsync(HttpContext context, Worker worker, string requestId, Func<HttpContext, Task<Action<Invocation>>> readAsync)
    {
        using var work = inFlight.Begin();
        if (worker.Open(requestId) is not { } call)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "InvalidRequestID", "Invalid request ID");
            return;
        }

        var outcome = await readAsync(context);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        worker.Conclude(() => outcome(call));
        if (call.IsTooLarge)
        {
            await RefuseAsync(
                context,
                StatusCodes.Status413PayloadTooLarge,
                "RequestEntityTooLarge",
                $"Exceeded maximum allowed payload size ({Invocation.MaxPayloadBytes} bytes).");
        }
    }

    private static async Task<Action<Invocation>> ReadResponseAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        return body.Length > Invocation.MaxPayloadBytes ? call => call.FailTooLarge(body.Length) : call => call.Succeed(Encoding.UTF8.GetString(body));
    }

    private static async Task<Action<Invocation>> ReadErrorAsync(HttpContext context)
    {
        var body = Encoding.UTF8.GetString(await ReadAsync(context));
        var type = context.Request.Headers["Lambda-Runtime-Function-Error-Type"].ToString();
        return call =>
        {
            if (body.Length > 0) call.Fail(body);
            else call.Fail(type.Length > 0 ? type : "Runtime.Unknown", "");
        };
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }

    private static Task RefuseAsync(HttpContext context, int status, string type, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["errorMessage"] = message, ["errorType"] = type }.ToJsonString(), context.RequestAborted);
    }
}
