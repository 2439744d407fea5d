using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.AwsBackup;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>AWS Backup, as far as it is read: a job is no resource of its policies.</summary>
internal sealed class BackupAccess : IRequestAccess
{
    public string SigningName => "backup";

    public Task<IReadOnlyList<Access>> ReadAsync(HttpContext context) => Task.FromResult<IReadOnlyList<Access>>([Of(context.Request.Method, BackupService.PathOf(context))]);

    private static Access Of(string method, string[] path) => (method, path) switch
    {
        ("GET", ["restore-jobs", _]) => new Access("backup:DescribeRestoreJob", "*"),
        ("GET", ["restore-jobs"]) => new Access("backup:ListRestoreJobs", "*"),
        ("GET", ["backup-jobs", _]) => new Access("backup:DescribeBackupJob", "*"),
        ("GET", ["backup-jobs"]) => new Access("backup:ListBackupJobs", "*"),
        ("GET", ["backup-vaults", _, "recovery-points", var point]) => new Access("backup:DescribeRecoveryPoint", point),
        ("GET", ["resources", _, "recovery-points"]) => new Access("backup:ListRecoveryPointsByResource", "*"),
        _ => throw RequestBody.Unknown("backup", $"{method} /{string.Join('/', path)}"),
    };
}
