using System.IO.Compression;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Datastores.S3Logs;
using ServerlessGdpr.Tests.Datastores.S3;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores.S3Logs;

/// <summary>A bucket of logs, seven days back, which expire after five.</summary>
internal sealed class TestLogs : IAsyncDisposable
{
    private readonly AmazonS3Client client;
    private readonly AmazonS3Client faulty;

    private TestLogs(S3Store store, Faults faults)
    {
        client = store.Client();
        faulty = store.Client(faults);
        Name = $"l{Guid.NewGuid():n}";
        Entry = new DatastoreEntry
        {
            Name = "logs",
            Kind = "s3-logs",
            Location = $"arn:aws:s3:::{Name}",
            BackupRetentionDays = 0,
            Processing = SampleProcessing.Processing,
            Keys = [new KeyMapping { IdentityType = "customer_id", Field = "user.id" }, new KeyMapping { IdentityType = "email", Field = "email" }],
            Prefix = "logs/{yyyy}/{MM}/{dd}/",
            Days = 7,
            Action = new ErasureAction { Kind = ErasureAction.Expire, Days = 5 },
        };
    }

    public string Name { get; }

    public DatastoreEntry Entry { get; set; }

    public ImpatientTime Time { get; } = new(ImpatientTime.Start);

    public AmazonS3Client Client => client;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TestLogs> CreateAsync(Faults faults)
    {
        var logs = new TestLogs(await S3Server.StoreAsync(), faults);
        await logs.client.PutBucketAsync(logs.Name, Cancellation);
        return logs;
    }

    public IDatastore Open() => new LogsDatastore(faulty, Entry, Name, Time);

    /// <param name="daysAgo">Of the day whose prefix it gets.</param>
    /// <param name="name">Ends in .gz: compressed.</param>
    public async Task PutAsync(int daysAgo, string name, params string[] lines)
    {
        var day = ImpatientTime.Start.AddDays(-daysAgo);
        var content = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        await PutBytesAsync($"logs/{day:yyyy}/{day:MM}/{day:dd}/{name}", name.EndsWith(".gz", StringComparison.Ordinal) ? Zip(content) : content);
    }

    public async Task PutBytesAsync(string key, byte[] content, string? encoding = null)
    {
        var put = new PutObjectRequest { BucketName = Name, Key = key, InputStream = new MemoryStream(content) };
        if (encoding is not null) put.Headers.ContentEncoding = encoding;
        await client.PutObjectAsync(put, Cancellation);
    }

    public static byte[] Zip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest)) gzip.Write(content);
        return zipped.ToArray();
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        faulty.Dispose();
        return ValueTask.CompletedTask;
    }
}
