using Microsoft.AspNetCore.Http;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>Something on the endpoint that is not an AWS API and whose requests are unsigned: told by its path. It marks its own work in flight.</summary>
public interface IPathEndpoint
{
    /// <summary>The first segment of its paths, for example <c>/_lambda</c>; no bucket can have such a name.</summary>
    PathString Prefix { get; }

    Task HandleAsync(HttpContext context);
}
