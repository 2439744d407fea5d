using Microsoft.AspNetCore.Http;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>One AWS service of the local cloud, as its clients see it.</summary>
public interface IAwsService
{
    /// <summary>The service's name in the SigV4 credential scope, for example <c>dynamodb</c>, <c>states</c>, <c>s3</c>.</summary>
    string SigningName { get; }

    /// <summary>Answers one request. Refusals are thrown as <see cref="AwsError"/>.</summary>
    Task HandleAsync(HttpContext context);

    /// <summary>Writes <paramref name="error"/> in the service's own protocol.</summary>
    Task WriteErrorAsync(HttpContext context, AwsError error) => JsonProtocol.WriteErrorAsync(context, error);
}
