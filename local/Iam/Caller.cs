using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Iam;

/// <summary>The role behind a request, for services that learn only on the way what the request takes. Requests of nobody in particular have none.</summary>
public sealed class Caller(string roleArn, string service, Authorizer authorizer)
{
    /// <exception cref="AwsError">Its policies do not allow it.</exception>
    public void Require(Access access) => authorizer.Require(roleArn, access, service);

    public bool May(Access access) => authorizer.Allows(roleArn, access);
}
