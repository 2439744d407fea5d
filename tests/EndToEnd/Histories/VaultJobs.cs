using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Local.AwsBackup;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.AwsBackup;

namespace ServerlessGdpr.Tests.EndToEnd.Histories;

/// <summary>Backup and restore jobs of AWS Backup, for tables and the bucket.</summary>
internal sealed class VaultJobs(HistoryStage stage) : IDisposable
{
    private readonly BackupApi backups = new(stage.Live.Cloud);
    private readonly Dictionary<ModelCopy, string> jobs = [];

    public Task BeginAsync() => backups.PutAsync($"/backup-vaults/{BackupApi.Vault}", [], stage.Cancellation);

    /// <returns>The ARN of the recovery point.</returns>
    public async Task<string> BackUpAsync(string resource)
    {
        var job = await backups.BackUpAsync(ArnOf(resource), stage.Cancellation);
        return job["RecoveryPointArn"]?.ToString() ?? throw new InvalidOperationException(job.ToJsonString());
    }

    /// <returns>What AWS Backup will say of it.</returns>
    public async Task<Announcement> StartRestoreAsync(ModelCopy copy)
    {
        var metadata = ShopModel.IsBucket(copy.Name)
            ? new JsonObject { ["DestinationBucketName"] = copy.Name, ["NewBucket"] = "true" }
            : new JsonObject { ["targetTableName"] = copy.Name };
        var id = jobs[copy] = (await backups.StartRestoreAsync(copy.Snapshot.Backup!, metadata, stage.Cancellation))["RestoreJobId"]!.ToString();

        // Buckets have no id of their own.
        if (ShopModel.IsBucket(copy.Name)) copy.RestoredAs = id;
        var job = stage.Live.Cloud.Get<Jobs>().Get<RestoreJob>(id);
        return Announcement.OfJob(copy, () => job.Event(Job.Completed));
    }

    public Task CompletedAsync(ModelCopy copy) => stage.UntilAsync(async () =>
        (await backups.GetAsync($"/restore-jobs/{jobs[copy]}", stage.Cancellation))["Status"]!.ToString() switch
        {
            Job.Completed => true,
            Job.Failed => throw new InvalidOperationException($"The restore of {copy.Name} failed."),
            _ => false,
        });

    /// <summary>The job has made it, and is not at its end.</summary>
    public Task ExistsAsync(string bucket) => stage.UntilAsync(async () =>
    {
        try
        {
            await stage.Live.S3.ListVersionsAsync(new ListVersionsRequest { BucketName = bucket }, stage.Cancellation);
            return true;
        }
        catch (AmazonS3Exception missing) when (missing.ErrorCode == "NoSuchBucket")
        {
            return false;
        }
    });

    public void Dispose() => backups.Dispose();

    private static string ArnOf(string resource) =>
        ShopModel.IsBucket(resource) ? $"arn:aws:s3:::{resource}" : $"arn:aws:dynamodb:{CloudOptions.Region}:{CloudOptions.Account}:table/{resource}";
}
