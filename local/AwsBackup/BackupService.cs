using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.AwsBackup;

/// <summary>AWS Backup as its clients see it: REST with JSON.</summary>
internal sealed class BackupService(Vaults vaults, Jobs jobs, IEnumerable<IBackupKind> kinds) : IAwsService
{
    private static readonly string[] JobFilters = ["accountId", "resourceType", "createdAfter", "createdBefore", "completeAfter", "completeBefore"];

    public string SigningName => "backup";

    public async Task HandleAsync(HttpContext context)
    {
        var path = PathOf(context);
        var answer = (context.Request.Method, path) switch
        {
            ("PUT", ["backup-vaults", var vault]) => CreateVault(vault, await JsonProtocol.ReadAsync(context)),
            ("GET", ["backup-vaults", var vault]) => vaults.Describe(vaults.Get(vault)),
            ("GET", ["backup-vaults"]) => new Listing("ListBackupVaults", context.Request.Query).Page("BackupVaultList", vaults.All, _ => true, vaults.Describe),
            ("GET", ["backup-vaults", var vault, "recovery-points"]) => ListPoints(vaults.Get(vault), context.Request.Query),
            ("GET", ["backup-vaults", var vault, "recovery-points", var point]) => vaults.GetPoint(point, vaults.Get(vault)).Describe(),
            ("DELETE", ["backup-vaults", var vault, "recovery-points", var point]) => Delete(vaults.GetPoint(point, vaults.Get(vault))),
            ("GET", ["resources", var resource, "recovery-points"]) => ListPointsOf(resource, context.Request.Query),
            ("PUT", ["backup-jobs"]) => StartBackup(await JsonProtocol.ReadAsync(context)),
            ("GET", ["backup-jobs", var job]) => jobs.Get<BackupJob>(job).Describe(),
            ("GET", ["backup-jobs"]) => ListBackups(context.Request.Query),
            ("PUT", ["restore-jobs"]) => StartRestore(await JsonProtocol.ReadAsync(context)),
            ("GET", ["restore-jobs", var job]) => jobs.Get<RestoreJob>(job).Describe(),
            ("GET", ["restore-jobs"]) => ListRestores(context.Request.Query),
            var (method, _) => throw AwsError.NotImplemented(SigningName, $"{method} /{string.Join('/', path)}"),
        };
        await JsonProtocol.WriteAsync(context, answer);
    }

    /// <summary>The parts of a request's path. ARNs in it have slashes of their own, which only the path as it was sent tells apart.</summary>
    internal static string[] PathOf(HttpContext context) =>
        [.. context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2)[0].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];

    private JsonObject CreateVault(string name, JsonObject body)
    {
        var request = BackupErrors.Reader("CreateBackupVault", body);
        request.WithoutLocalEffect("BackupVaultTags", "EncryptionKeyArn", "CreatorRequestId");
        request.RefuseOthers();
        var vault = vaults.Create(name);
        return new JsonObject { ["BackupVaultName"] = vault.Name, ["BackupVaultArn"] = vault.Arn, ["CreationDate"] = Epoch.Seconds(vault.CreatedAt) };
    }

    private JsonObject StartBackup(JsonObject body)
    {
        var request = BackupErrors.Reader("StartBackupJob", body);

        // Nothing here expires or is late.
        request.WithoutLocalEffect("StartWindowMinutes", "CompleteWindowMinutes", "Lifecycle", "RecoveryPointTags", "BackupOptions", "Index");
        var vault = vaults.Get(request.GetRequiredString("BackupVaultName"));
        var resource = request.GetRequiredString("ResourceArn");
        var (role, token) = (request.GetRequiredString("IamRoleArn"), request.GetString("IdempotencyToken"));
        request.RefuseOthers();
        var kind = kinds.FirstOrDefault(kind => kind.Owns(resource)) ?? throw AwsError.NotImplemented(SigningName, $"StartBackupJob of {resource}");
        var job = jobs.Start(token, vault, resource, kind, role);
        return new JsonObject { ["BackupJobId"] = job.Id, ["CreationDate"] = Epoch.Seconds(job.CreatedAt), ["IsParent"] = false };
    }

    private JsonObject StartRestore(JsonObject body)
    {
        var request = BackupErrors.Reader("StartRestoreJob", body);
        request.WithoutLocalEffect("CopySourceTagsToRestoredResource");
        var point = vaults.GetPoint(request.GetRequiredString("RecoveryPointArn"));
        var (role, token, type) = (request.GetString("IamRoleArn"), request.GetString("IdempotencyToken"), request.GetString("ResourceType"));
        if (request.GetNode("Metadata") is not JsonObject metadata) throw request.Invalid("Metadata", "given");
        request.RefuseOthers();
        if (type is not null && type != point.Kind.ResourceType) throw request.Invalid("ResourceType", point.Kind.ResourceType);
        point.Kind.Check(BackupErrors.Reader("Metadata", metadata));
        return new JsonObject { ["RestoreJobId"] = jobs.Start(token, point, role, metadata).Id };
    }

    private JsonObject Delete(RecoveryPoint point)
    {
        vaults.Remove(point);
        point.Kind.Discard(point);
        return [];
    }

    private JsonObject ListPoints(Vault vault, IQueryCollection query)
    {
        var listing = new Listing("ListRecoveryPointsByBackupVault", query, "resourceArn", "resourceType", "createdAfter", "createdBefore");
        return listing.Page(
            "RecoveryPoints",
            vaults.Points.Where(point => point.Vault == vault),
            point => listing.Is("resourceArn", point.ResourceArn) && listing.Is("resourceType", point.Kind.ResourceType)
                && listing.IsWithin("createdAfter", "createdBefore", point.CreatedAt),
            point => point.Describe());
    }

    private JsonObject ListPointsOf(string resource, IQueryCollection query) => new Listing("ListRecoveryPointsByResource", query, "managedByAWSBackupOnly")
        .Page("RecoveryPoints", vaults.Points, point => point.ResourceArn == resource, point => point.Describe());

    private JsonObject ListBackups(IQueryCollection query)
    {
        var listing = new Listing("ListBackupJobs", query, ["state", "resourceArn", "backupVaultName", .. JobFilters]);
        return listing.Page(
            "BackupJobs",
            jobs.All<BackupJob>(),
            job => listing.Is("state", job.State) && listing.Is("resourceArn", job.ResourceArn) && listing.Is("backupVaultName", job.Vault.Name) && Matches(listing, job),
            job => job.Describe());
    }

    private JsonObject ListRestores(IQueryCollection query)
    {
        var listing = new Listing("ListRestoreJobs", query, ["status", .. JobFilters]);
        return listing.Page("RestoreJobs", jobs.All<RestoreJob>(), job => listing.Is("status", job.State) && Matches(listing, job), job => job.Describe());
    }

    private static bool Matches(Listing listing, Job job) => listing.Is("accountId", CloudOptions.Account) && listing.Is("resourceType", job.ResourceType)
        && listing.IsWithin("createdAfter", "createdBefore", job.CreatedAt) && listing.IsWithin("completeAfter", "completeBefore", job.CompletedAt);
}
