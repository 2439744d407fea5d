using Amazon.S3.Model;
using ServerlessGdpr.Local.CloudTrail;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Tests.EndToEnd.Histories;

/// <summary>Backs resources up, and makes and deletes copies of them.</summary>
internal sealed class CopySteps(HistoryStage stage, TableRestores tables, VaultJobs vault)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(6);

    private readonly DeployedSystem live = stage.Live;
    private readonly CancellationToken cancellation = stage.Cancellation;
    private readonly Dictionary<string, Snapshot> snapshots = new(StringComparer.Ordinal);

    public async Task BackUpAsync(BacksUp step)
    {
        if (ShopModel.IsBucket(step.Resource)) await vault.ExistsAsync(step.Resource);
        else if (ShopModel.OriginOf(step.Resource) != step.Resource) await UsableAsync(stage.Model.Copy(step.Resource));
        stage.Tell($"{step.Backup} of {step.Resource}");
        var (at, before) = (stage.Now, await stage.KeysAsync(step.Resource));
        var backup = step.InVault ? await vault.BackUpAsync(step.Resource) : await tables.BackUpAsync(step.Resource);
        var after = step.InVault ? await stage.KeysAsync(step.Resource) : before;
        snapshots[step.Backup] = new(step.Resource, backup, step.InVault, at, await EffectiveAsOfAsync(step.Resource, at), before, after);
    }

    /// <returns>Completes when the backup is made, at the instant of the first erasure from the customers.</returns>
    public Task BackUpMeanwhile(string backup)
    {
        var made = new TaskCompletionSource();
        live.Calls.Before("BatchWriteItem", Shop.Customers, async _ =>
        {
            var (at, keys) = (stage.Now, await stage.KeysAsync(Shop.Customers));
            snapshots[backup] = new(Shop.Customers, await tables.BackUpAsync(Shop.Customers), InVault: false, at, at, keys, keys);
            made.SetResult();
        });
        return made.Task;
    }

    public async Task RememberInstantAsync(RemembersInstant step)
    {
        await live.AdvanceAsync(TimeSpan.FromTicks(TimeSpan.TicksPerSecond - (stage.Now.Ticks % TimeSpan.TicksPerSecond)), cancellation);
        stage.Tell($"{step.Backup} is an instant of {step.Table} to go back to");
        var (at, keys) = (stage.Now, await stage.KeysAsync(step.Table));
        snapshots[step.Backup] = new(step.Table, null, InVault: false, at, at, keys, keys);
    }

    public async Task RestoreAsync(RestoresCopy step)
    {
        var snapshot = snapshots[step.Backup];
        if (snapshot.Backup is null && stage.Now - snapshot.At < Fresh) await live.AdvanceAsync(Fresh, cancellation);

        var copy = stage.Model.Restore(step.Copy, snapshot);
        stage.Tell($"{copy.Name} restored from {step.Backup} of {snapshot.Resource}{(step.IsLost ? ", which no event tells" : "")}{(step.IsToldTwice ? ", told twice" : "")}{(step.IsHindered ? ", hindered" : "")}");
        var announcer = live.Cloud.Get<RestoreAnnouncements>();
        if (step.IsLost)
        {
            announcer.Suppress("aws.dynamodb");
            announcer.Suppress("aws.backup");
        }

        var hindrance = step.IsHindered ? Hinder(copy) : null;
        var announcement = snapshot.InVault ? await vault.StartRestoreAsync(copy) : await tables.RestoreAsync(copy);
        stage.Note(announcement with { WasLost = step.IsLost });
        if (step.IsLost || step.IsToldTwice) await (snapshot.InVault ? UsableAsync(copy) : live.AdvanceAsync(TimeSpan.FromSeconds(8), cancellation));
        announcer.Resume("aws.dynamodb");
        announcer.Resume("aws.backup");
        if (step.IsToldTwice && !step.IsLost) await stage.AgainAsync(announcement);
        if (hindrance is null) return;

        await stage.UntilAsync(async () =>
        {
            await live.SettleAsync(cancellation);
            return hindrance.HasHappened || await stage.CleanSinceAsync(copy) is not null;
        });
        live.Calls.Allow();
    }

    /// <summary>With all that is in it.</summary>
    public async Task DeleteAsync(ModelCopy copy)
    {
        await UsableAsync(copy);
        copy.WasClean = await stage.CleanSinceAsync(copy) is not null;
        stage.Tell($"{copy.Name} is deleted");
        if (ShopModel.IsBucket(copy.Name)) await EmptyAsync(copy.Name, thenDelete: true);
        else await live.DynamoDb.DeleteTableAsync(copy.Name, cancellation);
        copy.IsDeleted = true;
    }

    public async Task EmptyAsync(string bucket, bool thenDelete)
    {
        foreach (var version in (await live.S3.ListVersionsAsync(new ListVersionsRequest { BucketName = bucket }, cancellation)).Versions ?? [])
            await live.S3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = version.Key, VersionId = version.VersionId }, cancellation);
        if (thenDelete) await live.S3.DeleteBucketAsync(bucket, cancellation);
    }

    public Task UsableAsync(ModelCopy copy) => copy.Snapshot.InVault ? vault.CompletedAsync(copy) : tables.UsableAsync(copy.Name);

    private async Task<DateTimeOffset> EffectiveAsOfAsync(string resource, DateTimeOffset at)
    {
        var cleanSince = new Dictionary<ModelCopy, DateTimeOffset?>();
        foreach (var copy in stage.Model.AllCopies.Where(copy => copy.Name == resource)) cleanSince[copy] = await stage.CleanSinceAsync(copy);
        return stage.Model.EffectiveAsOf(resource, at, copy => cleanSince[copy]);
    }

    /// <summary>What first would delete from the copy is refused, so that its batch fails.</summary>
    private Hindrance Hinder(ModelCopy copy)
    {
        var hindrance = new Hindrance();
        string[] operations = ShopModel.OriginOf(copy.Name) switch { Shop.Customers => ["BatchWriteItem"], Shop.Orders => ["UpdateItem"], _ => ["POST"] };
        foreach (var operation in operations) live.Calls.Before(operation, copy.Name, _ => hindrance.HappenAsync(ShopModel.IsBucket(copy.Name)));
        return hindrance;
    }

    private sealed class Hindrance
    {
        public bool HasHappened { get; private set; }

        public Task HappenAsync(bool inBucket)
        {
            HasHappened = true;
            throw inBucket ? new AwsError("AccessDenied", "Access Denied", 403) : new AwsError("AccessDeniedException", "User is not authorized to perform this.");
        }
    }
}
