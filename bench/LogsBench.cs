using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Datastores.S3Logs;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Bench;

/// <summary>The product's search of logs for one person, beside zcat and grep on the same files, in turns.</summary>
internal static class LogsBench
{
    private const string Person = "c-7f3a91", Bucket = "logs";
    private const int PersonEvery = 20_000;

    public static async Task RunAsync(int files, int megabytesEach, int rounds, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("serverless-gdpr-logs-");
        try
        {
            var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
            long bytes = 0, lines = 0;
            for (var file = 0; file < files; file++)
            {
                var (size, theirs) = Write(Path.Combine(folder.FullName, $"host-{file:d3}.jsonl.gz"), megabytesEach, file);
                (bytes, lines) = (bytes + size, lines + theirs);
            }

            string[] paths = [.. Directory.GetFiles(folder.FullName).Order(StringComparer.Ordinal)];
            await using var cloud = await Cloud.StartAsync(new CloudOptions(), cancellation);
            using var s3 = Client(cloud.Endpoint.ToString(), stand: null);
            await s3.PutBucketAsync(Bucket, cancellation);
            foreach (var path in paths) await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = KeyOf(path, day), FilePath = path }, cancellation);
            using var within = Client("http://127.0.0.1:1", new HttpStandIn((request, _) => Answer(request, paths, day)));

            Way[] ways =
            [
                new("zcat, grep -F -c", () => GrepAsync($"zcat {string.Join(' ', paths)} | grep -F -c {Person}", cancellation)),
                new("the same, two files at once", () => GrepAsync($"printf '%s\\n' {string.Join(' ', paths)} | xargs -P 2 -I @ sh -c 'zcat @ | grep -F -c {Person}'", cancellation)),
                new("VerifyAsync, files within the process", () => CountAsync(within, cancellation)),
                new("VerifyAsync, files from the local cloud's S3", () => CountAsync(s3, cancellation)),
                new("ExportAsync, files within the process", () => ExportAsync(within, cancellation)),
            ];
            var seconds = new List<(string Way, double Seconds)>();
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var way in round % 2 == 0 ? ways : ways.Reverse())
                {
                    var started = Stopwatch.GetTimestamp();
                    var found = await way.Search();
                    if (found != lines) throw new InvalidOperationException($"{way.Name} found {found} lines of {lines}.");

                    // The first round warms everything up.
                    if (round > 0) seconds.Add((way.Name, Stopwatch.GetElapsedTime(started).TotalSeconds));
                }
            }

            var medians = ways.Select(way => (way.Name, Seconds: Median.Of(seconds.Where(one => one.Way == way.Name).Select(one => one.Seconds)))).ToList();
            var stored = paths.Sum(path => new FileInfo(path).Length);
            Console.WriteLine($"{files} files, {bytes / 1e6:N0} MB of lines in {stored / 1e6:N0} MB of gzip, {lines} lines of the person; the median of {rounds} rounds, in turns\n");
            MarkdownTable.Print(
                ["way", "seconds", "MB/s of lines", "speed beside the first"],
                medians.Select(way => (string[])[way.Name, $"{way.Seconds:0.00}", $"{bytes / 1e6 / way.Seconds:N0}", $"{medians[0].Seconds / way.Seconds:P0}"]));
            Console.WriteLine($"\npeak memory of this process, the local cloud in it: {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:N0} MB");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Lines of a web server's log, a few hundred bytes each; some texts in them are escaped.</summary>
    private static (long Bytes, long Theirs) Write(string path, int megabytes, int seed)
    {
        var random = new Random(seed);
        using var gzip = new GZipStream(File.Create(path), CompressionLevel.Optimal);
        long bytes = 0, theirs = 0;
        for (var number = 0; bytes < megabytes * 1_000_000L; number++)
        {
            var person = number % PersonEvery == PersonEvery - 1 ? Person : $"c-{random.Next(0x1000000):x6}";
            if (person == Person) theirs++;
            var name = number % 50 == 0 ? "Zo\\u00eb" : "Zoe";
            var line = Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"time":"2026-03-01T{{number / 3600 % 24:d2}}:{{number / 60 % 60:d2}}:{{number % 60:d2}}.{{random.Next(1000):d3}}Z","level":"info","method":"GET","path":"/articles/{{random.Next(100_000)}}?page={{random.Next(9)}}","status":{{(random.Next(20) == 0 ? 404 : 200)}},"ms":{{random.Next(900)}},"user":{"id":"{{person}}","name":"{{name}}"},"agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","trace":"{{random.NextInt64():x16}}{{random.NextInt64():x16}}"}""") + "\n");
            gzip.Write(line);
            bytes += line.Length;
        }

        return (bytes, theirs);
    }

    private static async Task<long> GrepAsync(string command, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["LC_ALL"] = "C";
        using var shell = Process.Start(start)!;
        var counts = await shell.StandardOutput.ReadToEndAsync(cancellation);
        await shell.WaitForExitAsync(cancellation);
        return counts.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(count => long.Parse(count, CultureInfo.InvariantCulture));
    }

    private static async Task<long> CountAsync(AmazonS3Client client, CancellationToken cancellation) =>
        (await Open(client).VerifyAsync(Subjects, resume: null, cancellation)).Exempt;

    private static async Task<long> ExportAsync(AmazonS3Client client, CancellationToken cancellation)
    {
        var sink = new CountingSink();
        await Open(client).ExportAsync(Subjects, resume: null, sink, cancellation);
        return sink.Records;
    }

    private static IReadOnlyList<Subject> Subjects => [new("vault/1", [new Identity("customer_id", Person, "raw")])];

    private static LogsDatastore Open(AmazonS3Client client) => new(
        client,
        new DatastoreEntry
        {
            Name = "logs",
            Kind = "s3-logs",
            Location = $"arn:aws:s3:::{Bucket}",
            BackupRetentionDays = 0,
            Processing = SampleProcessing.Processing,
            Keys = [new KeyMapping { IdentityType = "customer_id", Field = "user.id" }],
            Prefix = "logs/{yyyy}/{MM}/{dd}/",
            Days = 1,
            Action = new ErasureAction { Kind = ErasureAction.Expire, Days = 1 },
        },
        Bucket,
        TimeProvider.System);

    private static AmazonS3Client Client(string endpoint, HttpClientFactory? stand) => new(
        new BasicAWSCredentials("bench", "bench"),
        new AmazonS3Config { ServiceURL = endpoint, AuthenticationRegion = CloudOptions.Region, ForcePathStyle = true, MaxErrorRetry = 0, HttpClientFactory = stand });

    private static string KeyOf(string path, DateOnly day) => PrefixOf(day) + Path.GetFileName(path);

    private static string PrefixOf(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"logs/{day:yyyy}/{day:MM}/{day:dd}/");

    /// <summary>A list, or a file as it lies on the disk.</summary>
    private static HttpResponseMessage Answer(HttpRequestMessage request, string[] paths, DateOnly day)
    {
        var uri = request.RequestUri!;
        if (uri.AbsolutePath.Trim('/') != Bucket)
        {
            var path = paths.First(path => path.EndsWith(uri.AbsolutePath.Split('/')[^1], StringComparison.Ordinal));
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(File.OpenRead(path)) };
        }

        var keys = Uri.UnescapeDataString(uri.Query).Contains(PrefixOf(day), StringComparison.Ordinal) ? paths.Select(path => KeyOf(path, day)) : [];
        var list = new XElement(
            "ListBucketResult",
            new XElement("Name", Bucket),
            new XElement("IsTruncated", "false"),
            keys.Select(key => new XElement("Contents", new XElement("Key", key), new XElement("Size", "1"))));
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(list.ToString(), Encoding.UTF8, "application/xml") };
    }

    private sealed record Way(string Name, Func<Task<long>> Search);

    private sealed class CountingSink : IExportSink
    {
        public long Records { get; private set; }

        public Task WriteAsync(JsonObject data, ExportedFile? file, CancellationToken cancellation)
        {
            Records++;
            return Task.CompletedTask;
        }

        public Task<ExportedFile> WriteFileAsync(string name, string? contentType, Stream content, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
