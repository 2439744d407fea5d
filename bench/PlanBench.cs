using System.Diagnostics;
using System.Net;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Bench;

/// <summary>PlanReplay over a whole ledger, page by page as the workflow calls it, and over a tenth of it first: memory must not grow with the ledger.</summary>
internal static class PlanBench
{
    private const double MebiByte = 1 << 20, MemoryGigabytes = 0.5;
    private static readonly BasicAWSCredentials Credentials = new("bench", "bench");

    public static async Task RunAsync(int entries, CancellationToken cancellation)
    {
        await PlanAsync(1_000, cancellation);
        var rows = new List<IReadOnlyList<string>>();
        foreach (var size in (int[])[entries / 10, entries])
        {
            var plan = await PlanAsync(size, cancellation);
            var lambda = (plan.Seconds * MemoryGigabytes * ListPrices.LambdaGigabyteSecond) + (plan.Pages * ListPrices.LambdaRequest);
            var price = (plan.ReadUnits * ListPrices.ReadUnit) + (plan.Pages * (ListPrices.S3Put + ListPrices.StateTransition)) + lambda;
            rows.Add(
            [
                $"{size:N0}", $"{plan.Seconds:0.0}", $"{plan.HeapMebiBytes:0}", $"{plan.ProcessMebiBytes:0}", $"{plan.Queries:N0}", $"{plan.ReadUnits:N0}",
                $"{plan.Pages}", $"{plan.WrittenMebiBytes:0.0}", $"${price:0.0000}",
            ]);
        }

        MarkdownTable.Print(
            ["entries", "seconds", "heap, at most (MB)", "process, at most (MB)", "queries", "read units", "pages written", "MB written", "price"], rows);
    }

    private static async Task<Plan> PlanAsync(int entries, CancellationToken cancellation)
    {
        var now = new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
        var (heap, process, pages, written, selected) = (0L, 0L, 0, 0L, 0L);
        var index = new LedgerStandIn(entries, now);
        using var dynamo = new AmazonDynamoDBClient(Credentials, new AmazonDynamoDBConfig
        {
            ServiceURL = "http://dynamodb.invalid",
            AuthenticationRegion = "us-east-1",
            HttpClientFactory = new HttpStandIn((request, body) =>
            {
                heap = Math.Max(heap, GC.GetTotalMemory(forceFullCollection: false));
                process = Math.Max(process, Environment.WorkingSet);
                return index.Answer(request, body);
            }),
        });
        using var s3 = new AmazonS3Client(Credentials, new AmazonS3Config
        {
            ServiceURL = "http://s3.invalid",
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            HttpClientFactory = new HttpStandIn((_, body) =>
            {
                (pages, written) = (pages + 1, written + body.Length);
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]), Headers = { ETag = new("\"0\"") } };
            }),
        });

        var restores = new RestoreStore(dynamo, "requests");
        var restore = await RestoreAsync(restores, now, cancellation);
        var function = new PlanReplay(
            restores,
            new ErasureLedger(dynamo, new EvidenceBucket(s3, "evidence"), "ledger", new FixedTime(now)),
            new RetentionHistory(dynamo, "requests", new FixedTime(now)),
            Shop(),
            new ReplayPages(s3, "pages"),
            new RestoreStatusEvents(new NoBus(), "bus"),
            new FixedTime(now));

        GC.Collect();
        var started = Stopwatch.GetTimestamp();
        string? position = null;
        do
        {
            var input = new ReplayInput { RestoreId = restore, Attempt = 0, Position = position, Functions = new Dictionary<string, string> { ["shop"] = "arn:aws:lambda:us-east-1:111122223333:function:shop" } };
            var state = await function.HandleAsync(input, new Invocation("bench", null, DateTimeOffset.MaxValue), cancellation);
            (position, selected) = (state.Position, selected + state.Selected);
        }
        while (position is not null);

        if (selected != entries) throw new InvalidOperationException($"{selected} of {entries} entries were selected.");
        return new(
            Stopwatch.GetElapsedTime(started).TotalSeconds, heap / MebiByte, process / MebiByte, index.Queries, index.ReadUnits, pages, written / MebiByte);
    }

    /// <summary>Its asOf is unknown: everyone is replayed.</summary>
    private static async Task<string> RestoreAsync(RestoreStore restores, DateTimeOffset now, CancellationToken cancellation)
    {
        const string Id = "bench-restore";
        var restore = new Restore
        {
            AnnouncedBy = Announcers.CloudTrail,
            Account = "111122223333",
            Region = "us-east-1",
            Service = "dynamodb",
            Target = new RestoredResource("arn:aws:dynamodb:us-east-1:111122223333:table/shop-restored-1", ResourceId: null, InPlace: false),
            AsOf = AsOf.Unknown,
            StartedAt = now,
            AnnouncedAt = now,
        };
        var record = await restores.AnnounceAsync(Id, restore, ["shop"], operatorReason: null, cancellation);
        await restores.SaveAsync(record with { IsResolved = true, Sweep = 1, Pass = 1, RegisteredAt = now }, cancellation);
        return Id;
    }

    private static DataMap Shop() => new()
    {
        Controller = SampleProcessing.Controller,
        IdentityTypes = new Dictionary<string, IdentityTypeRules>(),
        Datastores =
        [
            new()
            {
                Name = "shop",
                Kind = "dynamodb",
                Location = "arn:aws:dynamodb:us-east-1:111122223333:table/shop",
                Keys = [],
                Action = new() { Kind = ErasureAction.Delete },
                BackupRetentionDays = 35,
                Processing = SampleProcessing.Processing,
            },
        ],
    };

    private sealed record Plan(
        double Seconds, double HeapMebiBytes, double ProcessMebiBytes, int Queries, double ReadUnits, int Pages, double WrittenMebiBytes);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class NoBus : IEventPublisher
    {
        public Task PublishAsync(string busName, string source, string detailType, string detailJson, CancellationToken cancellation) => Task.CompletedTask;
    }
}
