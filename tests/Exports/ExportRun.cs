using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.S3;
using ServerlessGdpr.Functions.Access;
using ServerlessGdpr.Functions.Access.Bundle;
using ServerlessGdpr.Functions.Access.Exports;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Tests.Datastores;
using ServerlessGdpr.Tests.Datastores.S3;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Exports;

/// <summary>A datastore's function that exports into a bucket, invoked as the workflow does it.</summary>
internal sealed class ExportRun : IAsyncDisposable
{
    private const string Request = "r1";
    private readonly DatastoreEntry entry;
    private readonly Func<IDatastore> open;
    private readonly AmazonS3Client client;
    private readonly AmazonS3Client faulty;

    private ExportRun(S3Store store, DatastoreEntry entry, Func<IDatastore> open, Faults faults)
    {
        this.entry = entry;
        this.open = open;
        client = store.Client();
        faulty = store.Client(faults);
        Vault = new FakeVault(entry.Name);
    }

    public FakeVault Vault { get; }

    public AmazonS3Client Client => client;

    public string Bucket { get; } = $"x{Guid.NewGuid():n}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="open">The kind under test, as a new process would make it.</param>
    /// <param name="faults">Of the calls to the export bucket.</param>
    public static async Task<ExportRun> StartAsync(DatastoreEntry entry, Func<IDatastore> open, Faults faults, params Identity[] identities)
    {
        var run = new ExportRun(await S3Server.StoreAsync(), entry, open, faults);
        await run.client.PutBucketAsync(run.Bucket, Cancellation);
        run.Vault.Entries[VaultKeys.Reference(Request)] = identities;
        return run;
    }

    public static Identity Person(string customerId) => new("customer_id", customerId, "raw");

    /// <summary>One invocation of a new process.</summary>
    public Task<DatastoreAnswer> InvokeAsync(string? continuation = null, CancellationToken? deadline = null) =>
        new DatastoreFunction(entry, Vault, new DatastoreExport(entry, new ObjectUpload(faulty, Bucket)), _ => open()).HandleAsync(
            new DatastoreRequest
            {
                Operation = Operations.Export,
                Datastore = entry.Name,
                RequestId = Request,
                Subjects = [VaultKeys.Reference(Request)],
                Continuation = continuation,
            },
            new Invocation("i1", TraceId: null, ImpatientTime.Start),
            deadline ?? Cancellation);

    /// <summary>What the packager finds: the parts and files that the answer tells of.</summary>
    public async Task<IReadOnlyList<ExportedRecordAndFile>> ReadAsync(DatastoreAnswer answer)
    {
        var records = new List<ExportedRecordAndFile>();
        for (var part = 1; part <= answer.Parts; part++)
        {
            using var lines = new StreamReader(new MemoryStream(await BytesAsync(ExportKeys.Part(entry.Name, Request, part))));
            while (await lines.ReadLineAsync(Cancellation) is { } line)
            {
                var record = JsonSerializer.Deserialize(line, PartsJson.Default.ExportedRecord).ShouldNotBeNull();
                var content = record.File is { } file ? await BytesAsync(ExportKeys.File(entry.Name, Request, file.Number, file.Folder)) : null;
                if (record.File is { } written) written.Size.ShouldBe(content!.Length);
                records.Add(new ExportedRecordAndFile(record.Data, record.File, content, record.Redacted));
            }
        }

        records.Count.ShouldBe((int)answer.Found);
        records.Select(record => record.File?.Number ?? 0).Where(number => number > 0).Order().ShouldBe(Enumerable.Range(1, answer.Files));
        return records;
    }

    /// <summary>The records as the packager reads them.</summary>
    public async Task<IReadOnlyList<JsonObject>> RecordsForBundleAsync(DatastoreAnswer answer)
    {
        var task = new ExportTask { RequestId = Request, Datastore = entry.Name, Kind = entry.Kind, State = "final", Parts = answer.Parts };
        return [.. await new ExportedData(client, Bucket).RecordsAsync(task, Cancellation).Select(record => record.Data).ToListAsync(Cancellation)];
    }

    public async Task<IReadOnlyList<string>> KeysAsync() =>
        [.. ((await client.ListObjectsV2Async(new() { BucketName = Bucket }, Cancellation)).S3Objects ?? []).Select(found => found.Key)];

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        faulty.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<byte[]> BytesAsync(string key)
    {
        using var answer = await client.GetObjectAsync(Bucket, key, Cancellation);
        using var read = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(read, Cancellation);
        return read.ToArray();
    }
}
