using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>The AWS JSON 1.0 and 1.1 protocols: POST /, the operation in <c>X-Amz-Target</c>, JSON in and out, errors with <c>__type</c>.</summary>
public static class JsonProtocol
{
    /// <summary>The operation named by <c>X-Amz-Target</c>, for example <c>PutEvents</c> of <c>AWSEvents.PutEvents</c>.</summary>
    public static string Operation(HttpContext context)
    {
        var target = context.Request.Headers["X-Amz-Target"].ToString();
        return target.Length == 0 ? throw new AwsError("MissingAction", "The request has no X-Amz-Target header.") : target[(target.LastIndexOf('.') + 1)..];
    }

    public static async Task<JsonObject> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject
                ?? throw new AwsError("SerializationException", "The request body is not a JSON object.");
        }
        catch (System.Text.Json.JsonException)
        {
            throw new AwsError("SerializationException", "The request body is not JSON.");
        }
    }

    public static Task WriteAsync(HttpContext context, JsonNode answer) => WriteAsync(context, 200, answer);

    public static Task WriteErrorAsync(HttpContext context, AwsError error)
    {
        context.Response.Headers["x-amzn-ErrorType"] = error.Code;
        return WriteAsync(context, error.Status, new JsonObject { ["__type"] = error.Code, ["message"] = error.Message });
    }

    private static Task WriteAsync(HttpContext context, int status, JsonNode answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = context.Request.ContentType is { Length: > 0 } type ? type : "application/x-amz-json-1.0";
        return context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }
}
