using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb;

/// <summary>
/// AWS's DynamoDB Local as a child process, in memory. It starts when it is first needed, and may serve several clouds:
/// each sees only its own tables.
/// </summary>
public sealed class DynamoDbLocalProcess : IAsyncDisposable
{
    /// <summary>
    /// Ends java when standard input closes, which also happens when this process is killed; ends itself when java does.
    /// </summary>
    private const string Watchdog =
        """
        exec 3<&0
        java "$@" 3<&- &
        java=$!
        { cat <&3; kill -9 $java; } >/dev/null 2>&1 &
        exec 3<&-
        wait $java
        """;

    private const int Attempts = 3;
    private const int ComplaintLimit = 20;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Lazy<Task<Running>> running = new(StartAsync);
    private readonly ConcurrentBag<string> freeKeys = [];
    private int disposed;

    /// <summary>Where it answers; starts it when it is not running yet.</summary>
    public async Task<Uri> EndpointAsync(CancellationToken cancellation) => (await running.Value.WaitAsync(cancellation)).Endpoint;

    /// <summary>Whether anybody has needed it.</summary>
    public bool IsRunning => running is { IsValueCreated: true, Value.IsCompletedSuccessfully: true };

    /// <summary>The access key of a database without tables. A database is never ended, and its threads take time for each of its tables, so it should be given back.</summary>
    public string TakeKey() => freeKeys.TryTake(out var key) ? key : RandomNumberGenerator.GetHexString(20);

    /// <summary>Its tables must be gone.</summary>
    public void ReturnKey(string accessKey) => freeKeys.Add(accessKey);

    public async ValueTask DisposeAsync()
    {
        if (!running.IsValueCreated || running.Value.IsFaulted || Interlocked.Exchange(ref disposed, 1) == 1) return;
        var (process, _) = await running.Value;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>An answer that clients show and do not retry.</summary>
    internal static AwsError Unavailable(string reason) => new("DynamoDbLocalUnavailable", reason, 501);

    private static async Task<Running> StartAsync()
    {
        var folder = DynamoDbLocalFiles.Find(AppContext.BaseDirectory);
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var complaints = new ConcurrentQueue<string>();
            var process = Start(folder, port, complaints);
            if (await AnswersAsync(process, port)) return new Running(process, new Uri($"http://127.0.0.1:{port}/"));
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            var code = process.ExitCode;
            process.Dispose();
            if (code == 127) throw Unavailable("DynamoDB Local needs Java 17 or later: install a Java runtime so that `java` is on the PATH.");
            if (attempt == Attempts) throw Unavailable($"DynamoDB Local did not start: {string.Join(' ', complaints)}");
        }
    }

    private static Process Start(string folder, int port, ConcurrentQueue<string> complaints)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "-c", Watchdog, "sh", "-XX:+UseSerialGC", "-Djava.library.path=DynamoDBLocal_lib", $"-Djava.io.tmpdir={Path.GetTempPath()}", "-jar", DynamoDbLocalFiles.Jar,
            "-inMemory", "-disableTelemetry", "-port", $"{port}",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start.");
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null && complaints.Count < ComplaintLimit) complaints.Enqueue(line.Data);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <returns>False when the process ended, or said nothing for too long.</returns>
    private static async Task<bool> AnswersAsync(Process process, int port)
    {
        var started = Stopwatch.StartNew();
        while (!process.HasExited && started.Elapsed < StartLimit)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return !process.HasExited;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record Running(Process Process, Uri Endpoint);
}
