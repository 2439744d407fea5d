using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Datastores.S3;
using Shouldly;

namespace ServerlessGdpr.Tests.Datastores.S3;

internal enum Versioning
{
    Never,
    Enabled,
    Suspended,
}

internal sealed class TestBucket : ITestDatastore
{
    private readonly AmazonS3Client client;
    private readonly AmazonS3Client faulty;
    private readonly Versioning versioning;
    private readonly int pageEntries;
    private int seeded;
    private int batches;

    private TestBucket(S3Store store, Versioning versioning, Faults faults, string template, int pageEntries)
    {
        client = store.Client();
        faulty = store.Client(faults);
        this.versioning = versioning;
        this.pageEntries = pageEntries;
        Name = $"b{Guid.NewGuid():n}";
        Entry = new DatastoreEntry
        {
            Name = "documents",
            Kind = "s3",
            Location = $"arn:aws:s3:::{Name}",
            BackupRetentionDays = 35,
            Processing = SampleProcessing.Processing,
            Keys = [new KeyMapping { IdentityType = "customer_id", KeyTemplate = template }],
            Action = new ErasureAction { Kind = ErasureAction.Delete },
            RecordTime = ITestDatastore.RecordTime,
        };
    }

    public DatastoreEntry Entry { get; init; }

    public string Name { get; }

    public AmazonS3Client Client => client;

    /// <summary>Locks end by the service's clock, so this one starts with it.</summary>
    public ImpatientTime Time { get; } = new(TimeProvider.System.GetUtcNow());

    public static async Task<TestBucket> CreateAsync(S3Store store, Versioning versioning, Faults faults, string template = "customers/{customer_id}/", bool locks = false, int pageEntries = 1000)
    {
        var bucket = new TestBucket(store, versioning, faults, template, pageEntries);
        await bucket.client.PutBucketAsync(new PutBucketRequest { BucketName = bucket.Name, ObjectLockEnabledForBucket = locks });
        if (versioning == Versioning.Enabled) await bucket.SetVersioningAsync(VersionStatus.Enabled);
        return bucket;
    }

    public IDatastore Open(Target? target = null) => new S3Datastore(faulty, Entry, (target?.Arn ?? Entry.Location).Split(':')[^1], Time, target, pageEntries);

    /// <summary>Enabled: objects, replaced ones and deleted ones alike. Suspended: versions with names of their own below ones called null.</summary>
    public async Task SeedAsync(string person, int records, string? created = null)
    {
        var batch = Interlocked.Increment(ref batches);
        if (versioning == Versioning.Suspended) await SetVersioningAsync(VersionStatus.Enabled);
        for (var record = 0; record < records; record++)
        {
            if (versioning == Versioning.Suspended && record == records - 1) await SetVersioningAsync(VersionStatus.Suspended);
            var key = $"customers/{person}/{batch}-{(versioning == Versioning.Never ? record : record / 3)}";
            if (versioning == Versioning.Enabled && record % 3 == 2) await client.DeleteObjectAsync(Name, key);
            else await PutAsync(key, person, created);
        }
    }

    public Task PutAsync(string key, string owner, string? created = null)
    {
        var request = new PutObjectRequest { BucketName = Name, Key = key, ContentBody = $"{ITestDatastore.Personal} {owner} {Interlocked.Increment(ref seeded)}" };
        if (created is not null) request.Metadata[ITestDatastore.RecordTime] = created;
        return client.PutObjectAsync(request);
    }

    public async Task<IReadOnlyList<StoredRecord>> ReadAllAsync()
    {
        var records = new List<StoredRecord>();
        var request = new ListVersionsRequest { BucketName = Name };
        ListVersionsResponse page;
        do
        {
            page = await client.ListVersionsAsync(request);
            records.AddRange((page.Versions ?? []).Select(version => new StoredRecord(
                version.Key.Split('/')[1], $"{version.Key}@{version.VersionId}", $"{ITestDatastore.Personal} {version.IsDeleteMarker == true} {version.ETag} {version.Size} {version.IsLatest}")));
            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, page.NextVersionIdMarker);
        }
        while (page.IsTruncated == true);

        return records;
    }

    public bool IsExported(StoredRecord record) => !record.Content.StartsWith($"{ITestDatastore.Personal} True", StringComparison.Ordinal);

    public StoredRecord Stored(ExportedRecordAndFile exported)
    {
#pragma warning disable CA5351 // It is what S3 gives as the ETag.
        var digest = Convert.ToHexStringLower(MD5.HashData(exported.Content!));
#pragma warning restore CA5351
        var key = exported.Data["key"]!.GetValue<string>();
        exported.File.ShouldNotBeNull().Name.ShouldBe(key.Split('/')[^1]);
        return new StoredRecord(
            key.Split('/')[1],
            $"{key}@{exported.Data["version"]}",
            $"{ITestDatastore.Personal} False \"{digest}\" {exported.Data["size"]} {exported.Data["isLatest"]!.GetValue<bool>()}");
    }

    public Task SetVersioningAsync(VersionStatus status) => client.PutBucketVersioningAsync(new PutBucketVersioningRequest
    {
        BucketName = Name,
        VersioningConfig = new S3BucketVersioningConfig { Status = status },
    });

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        faulty.Dispose();
        return ValueTask.CompletedTask;
    }
}
