using System.Diagnostics;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Local.Processes;
using ServerlessGdpr.Local.Toolchain;

namespace ServerlessGdpr.Bench;

/// <summary>How long a function takes from the start of its process to its first answer, which needs one read of DynamoDB, and what memory it needs for that: published in three ways, over HTTP and TLS.</summary>
internal static class ColdStartBench
{
    /// <summary>Of a request that does not exist: one consistent read, and the answer says so.</summary>
    private const string Payload = """{"source":"com.example.shop","subjectRequestId":"5f1c2b7e-9a4d-4f0e-8b6a-3d2c1e0f9a87","requestedBy":"operator"}""";

    public static async Task RunAsync(int rounds, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("serverless-gdpr-cold-start-");
        try
        {
            var published = new List<PublishedFunctions>();
            foreach (var (name, properties) in PublishedFunctions.Ways) published.Add(await PublishedFunctions.PublishAsync(Repository.Find(), name, properties, folder.FullName, cancellation));
            await using var lambda = await LambdaStandIn.StartAsync(Payload, cancellation);
            var starts = new List<Start>();

            // The first round brings the files into memory.
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var functions in round % 2 == 0 ? published : Enumerable.Reverse(published))
                {
                    foreach (var overTls in (bool[])[false, true])
                    {
                        var start = await StartAsync(functions, lambda, overTls, cancellation);
                        if (round > 0) starts.Add(start);
                    }
                }
            }

            Print(published, starts, rounds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Start> StartAsync(PublishedFunctions functions, LambdaStandIn lambda, bool overTls, CancellationToken cancellation)
    {
        var program = new ProcessStartInfo(functions.Program) { WorkingDirectory = functions.Directory, RedirectStandardOutput = true, UseShellExecute = false };
        program.Environment.Clear();
        foreach (var (name, value) in Variables(lambda, overTls)) program.Environment[name] = value;
        var answer = lambda.Expect();
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(program)!;
        try
        {
            _ = process.StandardOutput.ReadToEndAsync(cancellation);
            var (at, text) = await answer.WaitAsync(TimeSpan.FromMinutes(1), cancellation);
            if (!text.Contains("\"unknown_request\"", StringComparison.Ordinal)) throw new InvalidOperationException($"{functions.Name} answered {text}");
            return new Start(functions.Name, overTls, Stopwatch.GetElapsedTime(started, at).TotalMilliseconds, (ProcessMemory.PeakOf(process.Id) ?? 0) / 1e6);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static Dictionary<string, string> Variables(LambdaStandIn lambda, bool overTls) => new()
    {
        ["_HANDLER"] = HandlerNames.LinkBundle,
        ["AWS_LAMBDA_RUNTIME_API"] = lambda.Http.Authority,
        ["AWS_LAMBDA_FUNCTION_NAME"] = "link-bundle",
        ["AWS_REGION"] = "eu-west-1",
        ["AWS_ACCESS_KEY_ID"] = "bench",
        ["AWS_SECRET_ACCESS_KEY"] = "bench",
        ["AWS_ENDPOINT_URL_DYNAMODB"] = (overTls ? lambda.Tls : lambda.Http).GetLeftPart(UriPartial.Authority),
        ["REQUESTS_TABLE"] = "requests",
        ["EXPORT_BUCKET"] = "exports",
        ["EVIDENCE_BUCKET"] = "evidence",
        ["SSL_CERT_FILE"] = lambda.Trusted,
        ["SSL_CERT_DIR"] = lambda.Empty,
        ["LANG"] = "en_US.UTF-8",
        ["TZ"] = ":UTC",
    };

    private static void Print(List<PublishedFunctions> published, List<Start> starts, int rounds)
    {
        Start Typical(string name, bool overTls)
        {
            var ones = starts.Where(start => start.Name == name && start.OverTls == overTls).ToList();
            return new Start(name, overTls, Median.Of(ones.Select(one => one.Milliseconds)), Median.Of(ones.Select(one => one.Megabytes)));
        }

        var (http, tls) = (Typical(published[0].Name, overTls: false), Typical(published[0].Name, overTls: true));
        Console.WriteLine($"from the start of the process to its first answer; the median of {rounds} rounds, in turns\n");
        MarkdownTable.Print(
            ["published as", "deployed (MB)", "HTTP (ms)", "beside the first", "TLS (ms)", "beside the first", "peak memory (MB)", "beside the first"],
            published.Select(one =>
            {
                var (plain, secure) = (Typical(one.Name, overTls: false), Typical(one.Name, overTls: true));
                return (string[])
                [
                    one.Name, $"{one.Size / 1e6:0.0}",
                    $"{plain.Milliseconds:0.0}", $"{plain.Milliseconds / http.Milliseconds:P0}",
                    $"{secure.Milliseconds:0.0}", $"{secure.Milliseconds / tls.Milliseconds:P0}",
                    $"{plain.Megabytes:0.0}", $"{plain.Megabytes / http.Megabytes:P0}",
                ];
            }));
    }

    private sealed record Start(string Name, bool OverTls, double Milliseconds, double Megabytes);
}
