using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>Sends each request that its caller may make to its service, told by the SigV4 credential scope of the Authorization header or of a presigned URL.</summary>
public sealed class AwsEndpoint(IEnumerable<IAwsService> services, IEnumerable<IPathEndpoint> paths, IAccessControl access, InFlight inFlight)
{
    private const string OldSignature = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
    private readonly Dictionary<string, IAwsService> bySigningName = services.ToDictionary(service => service.SigningName, StringComparer.Ordinal);

    public async Task HandleAsync(HttpContext context)
    {
        if (paths.FirstOrDefault(path => context.Request.Path.StartsWithSegments(path.Prefix)) is { } endpoint)
        {
            await endpoint.HandleAsync(context);
            return;
        }

        using var work = inFlight.Begin();
        context.Features.Set(work);
        context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        context.Response.OnStarting(() => CloseIfBodyStaysAway(context));
        var (accessKey, name) = Credential(context.Request);
        if (!bySigningName.TryGetValue(name, out var service))
        {
            if (HasOldSignature(context.Request)) await bySigningName["s3"].WriteErrorAsync(context, new AwsError("InvalidRequest", OldSignature));
            else await RefuseAsync(context, name.Length == 0 ? "an unsigned request" : name);
            return;
        }

        try
        {
            await access.AuthorizeAsync(context, accessKey, name);
            await service.HandleAsync(context);
        }
        catch (AwsError error) when (!context.Response.HasStarted)
        {
            await service.WriteErrorAsync(context, access.Conceal(context, error));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; nobody is left to answer.
        }
        catch (Exception defect) when (!context.Response.HasStarted)
        {
            await service.WriteErrorAsync(context, new AwsError("InternalFailure", $"A defect of the local cloud: {defect}", 500));
        }
    }

    /// <summary>A client that asked first and was refused does not send its body: the next request on the connection would be taken for it.</summary>
    private static Task CloseIfBodyStaysAway(HttpContext context)
    {
        if (context.Response.StatusCode >= 400 && context.Request.Headers.Expect.Count > 0) context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    /// <summary>Signature version 2, with which some clients sign links when they are told nothing else.</summary>
    private static bool HasOldSignature(HttpRequest request) =>
        request.Query.ContainsKey("AWSAccessKeyId") || request.Headers.Authorization.ToString().StartsWith("AWS ", StringComparison.Ordinal);

    /// <summary>A service there is not, in the protocol its client speaks.</summary>
    private static async Task RefuseAsync(HttpContext context, string service)
    {
        if (context.Request.HasFormContentType)
        {
            var (operation, _) = await QueryProtocol.ReadAsync(context);
            await QueryProtocol.WriteErrorAsync(context, XNamespace.None, AwsError.NotImplemented(service, operation));
            return;
        }

        var target = context.Request.Headers["X-Amz-Target"].ToString();
        await JsonProtocol.WriteErrorAsync(context, AwsError.NotImplemented(service, target.Length > 0 ? target : $"{context.Request.Method} {context.Request.Path}"));
    }

    /// <summary>The first and the fourth part of <c>Credential=KEY/DATE/REGION/SERVICE/aws4_request</c>.</summary>
    private static (string AccessKey, string SigningName) Credential(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        var start = authorization.IndexOf("Credential=", StringComparison.Ordinal);
        var credential = start >= 0
            ? authorization[(start + "Credential=".Length)..].Split(',', 2)[0]
            : request.Query["X-Amz-Credential"].ToString();
        var parts = credential.Trim().Split('/');
        return parts.Length == 5 ? (parts[0], parts[3]) : ("", "");
    }
}
