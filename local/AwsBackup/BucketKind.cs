using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Objects;

namespace ServerlessGdpr.Local.AwsBackup;

/// <summary>
/// Buckets. A restore, into the same or another bucket, skips keys that are there; a current delete marker counts as absent. What comes back is
/// written anew, so its LastModified is the time of the restore.
/// </summary>
internal sealed class BucketKind(BucketStore buckets, BodyReceiver bodies, DataDirectory data, BackupTimings timings, TimeProvider time) : IBackupKind
{
    private const int ItemLimit = 5;
    private readonly ConcurrentDictionary<string, BucketSnapshot> snapshots = new(StringComparer.Ordinal);

    public string ResourceType => "S3";

    public bool Owns(string resourceArn) => Arns.Service(resourceArn) is "s3";

    public Task<TakenBackup> TakeAsync(string resourceArn, CancellationToken cancellation)
    {
        var bucket = Versioned(Arns.Resource(resourceArn));
        var now = time.GetUtcNow();
        var name = $"{bucket.Name}-{now:yyyyMMddHHmmss}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var snapshot = BucketSnapshot.Take(bucket, Path.Combine(data.Path, "aws-backup", name));
        var arn = Arns.Of("backup", $"recovery-point:{name}");
        snapshots[arn] = snapshot;
        return Task.FromResult(new TakenBackup(arn, now, snapshot.Objects.Sum(saved => saved.Content.Body.Size)));
    }

    public void Check(PropertyReader metadata)
    {
        metadata.WithoutLocalEffect("Encrypted", "EncryptionType", "KMSKey", "CreationToken", "aws:backup:request-id");
        metadata.GetRequiredString("DestinationBucketName");
        metadata.GetBoolean("NewBucket");
        Items(metadata);
        metadata.RefuseOthers();
    }

    public async Task<string> RestoreAsync(RecoveryPoint point, PropertyReader metadata, Work work, CancellationToken cancellation)
    {
        var half = timings.JobRun / 2;
        await work.WaitAsync(() => Task.Delay(half, time, cancellation));
        var name = metadata.GetRequiredString("DestinationBucketName");
        if (metadata.GetBoolean("NewBucket") is true) buckets.Create(name, withLock: false).Versioning = VersioningState.Enabled;
        var (target, items) = (Versioned(name), Items(metadata));
        foreach (var saved in snapshots[point.Arn].Objects.Where(saved => items is null || items.Contains(saved.Key))) await RestoreAsync(saved, target, cancellation);
        await work.WaitAsync(() => Task.Delay(half, time, cancellation));
        return $"arn:aws:s3:::{name}";
    }

    public void Discard(RecoveryPoint point)
    {
        if (snapshots.TryRemove(point.Arn, out var snapshot)) snapshot.Delete();
    }

    /// <summary>AWS takes S3 URIs of up to five objects.</summary>
    /// <returns>The keys; null for everything.</returns>
    private static HashSet<string>? Items(PropertyReader metadata)
    {
        if (metadata.GetString("ItemsToRestore") is not { } text) return null;
        try
        {
            var items = JsonSerializer.Deserialize<string[]>(text) ?? [];
            if (items.Length is > 0 and <= ItemLimit) return items.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            // Refused below.
        }

        throw metadata.Invalid("ItemsToRestore", $"a JSON list of 1 to {ItemLimit} objects");
    }

    private static string KeyOf(string item) => item.StartsWith("s3://", StringComparison.Ordinal) ? item.Split('/', 4) is [_, _, _, var key] ? key : "" : item;

    private static bool IsAbsent(Bucket bucket, string key) => bucket.Current(key) is null or { IsDeleteMarker: true };

    private async Task RestoreAsync(SavedObject saved, Bucket target, CancellationToken cancellation)
    {
        lock (target.Gate)
        {
            if (!IsAbsent(target, saved.Key)) return;
        }

        await using var bytes = new StoredBody(saved.Path, saved.Content.Body.Size).Open();
        var copy = await bodies.CopyAsync(bytes, new ByteRange(0, saved.Content.Body.Size), saved.Content.Checksum.Algorithm, cancellation);
        var restored = new NewObject(saved.Key, saved.Content.Headers, "STANDARD", saved.Content.Encryption, saved.Tags, Retention: null, LegalHold: false);
        lock (target.Gate)
        {
            if (IsAbsent(target, saved.Key)) restored.AddTo(target, copy.Stored, copy.Md5, copy.Checksum, [], time.GetUtcNow());
            else copy.Stored.Delete();
        }
    }

    private Bucket Versioned(string name)
    {
        var bucket = buckets.Find(name);
        return bucket.Versioning is VersioningState.Enabled
            ? bucket
            : throw new AwsError("InvalidRequestException", $"AWS Backup needs versioning to be enabled on the bucket {name}.");
    }
}
