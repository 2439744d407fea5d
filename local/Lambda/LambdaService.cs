using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda.EventSources;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>The Lambda API: REST with JSON bodies, the operation told by method and path.</summary>
public sealed class LambdaService(FunctionCatalog catalog, FunctionInvoker functions, AsyncInvocations asyncInvocations, EventSourceMappings mappings) : IAwsService
{
    private const int MaxEventBytes = 1024 * 1024;
    private const int MaxFunctions = 50;
    private const int MaxMappings = 100;

    public string SigningName => "lambda";

    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        switch (request.Method, path)
        {
            case ("POST", ["2015-03-31", "functions", var name, "invocations"]):
                await InvokeAsync(context, catalog.Find(name, Query(context, "Qualifier")));
                break;
            case ("GET", ["2015-03-31", "functions"]):
                await WritePageAsync(context, "Functions", catalog.All, function => function.Name, MaxFunctions, Descriptions.Configuration);
                break;
            case ("GET", ["2015-03-31", "functions", var name]):
                await WriteAsync(context, Descriptions.Function(catalog.Find(name, Query(context, "Qualifier"))));
                break;
            case ("GET", ["2015-03-31", "functions", var name, "configuration"]):
                await WriteAsync(context, Descriptions.Configuration(catalog.Find(name, Query(context, "Qualifier"))));
                break;
            case ("GET", ["2015-03-31", "event-source-mappings"]):
                await ListMappingsAsync(context);
                break;
            default:
                throw AwsError.NotImplemented("lambda", $"{request.Method} {request.Path}");
        }
    }

    /// <summary>As the REST protocol has it: the code in a header, and throttling with its reason.</summary>
    public Task WriteErrorAsync(HttpContext context, AwsError error)
    {
        context.Response.StatusCode = error.Status;
        context.Response.Headers["x-amzn-ErrorType"] = error.Code;
        var body = new JsonObject { ["Type"] = error.Status < 500 ? "User" : "Service", ["message"] = error.Message, ["Message"] = error.Message };
        if (error.Data["Reason"] is string reason) body["Reason"] = reason;
        return WriteAsync(context, body);
    }

    private async Task InvokeAsync(HttpContext context, FunctionDefinition function)
    {
        var payload = await ReadPayloadAsync(context);
        switch (Header(context, "X-Amz-Invocation-Type"))
        {
            case null or "" or "RequestResponse":
                await CallAsync(context, function, payload);
                break;
            case "Event":
                if (Encoding.UTF8.GetByteCount(payload) > MaxEventBytes) throw TooLarge(MaxEventBytes);
                asyncInvocations.Accept(function, payload);
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                break;
            case "DryRun":
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case var other:
                throw new AwsError("InvalidParameterValueException", $"Unsupported invocation type {other}.");
        }
    }

    private async Task CallAsync(HttpContext context, FunctionDefinition function, string payload)
    {
        var call = functions.Begin(function, payload, Header(context, "X-Amzn-Trace-Id"));
        var answer = await context.Features.GetRequiredFeature<Work>().WaitAsync(() => call.Answer.WaitAsync(context.RequestAborted));
        var headers = context.Response.Headers;
        headers["x-amzn-RequestId"] = call.RequestId;
        headers["X-Amz-Executed-Version"] = "$LATEST";
        if (answer.FunctionError is not null) headers["X-Amz-Function-Error"] = answer.FunctionError;
        if (Header(context, "X-Amz-Log-Type") == "Tail") headers["X-Amz-Log-Result"] = Convert.ToBase64String(call.LogTail);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.Payload, context.RequestAborted);
    }

    private static async Task<string> ReadPayloadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        if (buffer.Length == 0) return "{}";
        if (buffer.Length > Invocation.MaxPayloadBytes) throw TooLarge(Invocation.MaxPayloadBytes);
        var payload = Encoding.UTF8.GetString(buffer.ToArray());
        try
        {
            using var parsed = JsonDocument.Parse(payload);
            return payload;
        }
        catch (JsonException)
        {
            throw new AwsError("InvalidRequestContentException", "Could not parse request body into json: the payload is not JSON.");
        }
    }

    private Task ListMappingsAsync(HttpContext context)
    {
        var source = Query(context, "EventSourceArn");
        var function = Query(context, "FunctionName") is { } name ? catalog.Find(name) : null;
        var found = mappings.All.Where(mapping => (source is null || mapping.QueueArn == source) && (function is null || mapping.Function.Name == function.Name));
        return WritePageAsync(context, "EventSourceMappings", found.OrderBy(mapping => mapping.Id, StringComparer.Ordinal), mapping => mapping.Id, MaxMappings, Descriptions.Mapping);
    }

    private static Task WritePageAsync<T>(HttpContext context, string name, IEnumerable<T> all, Func<T, string> key, int most, Func<T, JsonObject> describe)
    {
        var page = QueryPage<T>.Of(context.Request.Query, all, key, "MaxItems", "Marker", most, "InvalidParameterValueException");
        var answer = new JsonObject { [name] = new JsonArray([.. page.Items.Select(describe)]) };
        if (page.Next is { } next) answer["NextMarker"] = next;
        return WriteAsync(context, answer);
    }

    private static AwsError TooLarge(int limit) =>
        new("RequestTooLargeException", $"Request must be smaller than {limit} bytes for the InvokeFunction operation", StatusCodes.Status413PayloadTooLarge);

    private static string? Header(HttpContext context, string name) => context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    private static string? Query(HttpContext context, string name) => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    private static Task WriteAsync(HttpContext context, JsonObject body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
