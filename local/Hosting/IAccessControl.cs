using Microsoft.AspNetCore.Http;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>Decides whether a request may reach its service.</summary>
public interface IAccessControl
{
    /// <param name="accessKey">The access key id that the request was signed with.</param>
    /// <param name="signingName">The service it goes to.</param>
    /// <exception cref="AwsError">It may not.</exception>
    Task AuthorizeAsync(HttpContext context, string accessKey, string signingName);

    /// <summary>A service's refusal as the caller may see it: who may not list must not learn what is not there.</summary>
    AwsError Conceal(HttpContext context, AwsError error);
}
