using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam.Requests;
using ServerlessGdpr.Local.S3;

namespace ServerlessGdpr.Local.Iam;

/// <summary>
/// Holds requests that are signed with a role's access key against that role's identity policies and the policies of tables. Any other access key,
/// an operator's or a test's, may do everything. Other resources' policies are not evaluated; keys are taken to trust the account, as those of CDK do.
/// </summary>
internal sealed class RequestAuthorization(IamStore store, Authorizer authorizer, IEnumerable<IRequestAccess> services) : IAccessControl
{
    private readonly Dictionary<string, IRequestAccess> bySigningName = services.ToDictionary(service => service.SigningName, StringComparer.Ordinal);

    public async Task AuthorizeAsync(HttpContext context, string accessKey, string signingName)
    {
        if (store.FindByAccessKey(accessKey) is not { } role) return;
        if (!bySigningName.TryGetValue(signingName, out var service)) throw Unknown(signingName);
        var caller = new Caller(role.Arn, signingName, authorizer);
        context.Features.Set(caller);
        foreach (var access in await service.ReadAsync(context)) caller.Require(access);
    }

    /// <summary>S3 says that an object is missing only to those who may list the bucket.</summary>
    public AwsError Conceal(HttpContext context, AwsError error)
    {
        if (error.Code is not ("NoSuchKey" or "NoSuchVersion") || context.Features.Get<Caller>() is not { } caller) return error;
        var bucket = S3Request.Parse(context).Bucket;
        return caller.May(new Access("s3:ListBucket", S3Access.ArnOf(bucket))) ? error : new AwsError("AccessDenied", "Access Denied", 403);
    }

    private static AwsError Unknown(string signingName) => AwsError.NotImplemented("iam", $"permissions of requests to {signingName}");
}
