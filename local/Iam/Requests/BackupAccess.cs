using Microsoft.AspNetCore.Http;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>AWS Backup: what functions may list and describe. None of it knows resources.</summary>
internal sealed class BackupAccess : IRequestAccess
{
    public string SigningName => "backup";

    public Task<IReadOnlyList<Access>> ReadAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var action = (context.Request.Method, path) switch
        {
            ("GET", ["restore-jobs"]) => "ListRestoreJobs",
            ("GET", ["restore-jobs", _]) => "DescribeRestoreJob",
            ("GET", ["resources", .., "recovery-points"]) => "ListRecoveryPointsByResource",
            _ => throw RequestBody.Unknown(SigningName, $"{context.Request.Method} {context.Request.Path}"),
        };
        return Task.FromResult<IReadOnlyList<Access>>([new Access($"backup:{action}", "*")]);
    }
}
