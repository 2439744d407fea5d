using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>Tells what permissions a request to one service takes.</summary>
internal interface IRequestAccess
{
    /// <summary>As in <see cref="IAwsService.SigningName"/>.</summary>
    string SigningName { get; }

    /// <summary>All of which the caller needs. Leaves the request's body to be read again.</summary>
    /// <exception cref="AwsError">It is not known what the operation takes; it is not let through.</exception>
    Task<IReadOnlyList<Access>> ReadAsync(HttpContext context);
}

internal static class RequestBody
{
    /// <summary>Reads a JSON request that its service will read again.</summary>
    public static async Task<JsonObject> PeekAsync(HttpContext context)
    {
        context.Request.EnableBuffering();
        var request = await JsonProtocol.ReadAsync(context);
        context.Request.Body.Position = 0;
        return request;
    }

    /// <summary>A member of text; a request without it is for its service to refuse.</summary>
    public static string? Text(this JsonNode request, string name) => request[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static AwsError Unknown(string service, string operation) => AwsError.NotImplemented("iam", $"the permission of {service}:{operation}");
}
