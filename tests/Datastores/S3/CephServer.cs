using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ServerlessGdpr.Tests.Datastores.S3;
using ServerlessGdpr.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(CephServer))]

namespace ServerlessGdpr.Tests.Datastores.S3;

/// <summary>Debian's Ceph with its S3 gateway, started when a test first asks for it. Where it cannot be had or does not start, its tests are skipped and say why.</summary>
public sealed class CephServer : IAsyncDisposable
{
    private const string Key = "contract";
    private static readonly string[] Programs = ["monmaptool", "ceph", "ceph-mon", "ceph-osd", "radosgw", "radosgw-admin"];
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private readonly Lazy<Task<Running>> running = new(StartAsync);

    internal static async Task<S3Store> StoreAsync()
    {
        var server = await TestContext.Current.GetFixture<CephServer>() ?? throw new InvalidOperationException("Ceph is not a fixture of this assembly.");
        var (_, store, lacking) = await server.running.Value.WaitAsync(TestContext.Current.CancellationToken);
        if (store is null) Assert.Skip(lacking!);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        if (!running.IsValueCreated || running.Value.IsFaulted || await running.Value is not { Process: { } process }) return;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<Running> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("S3_CONTRACT_CEPH") == "0") return new Running(null, null, "S3_CONTRACT_CEPH=0 leaves Ceph out.");
        if (!OperatingSystem.IsLinux()) return new Running(null, null, "Ceph runs on Linux.");
        if (await DebianPackages.EnsureAsync(Programs, ["radosgw", "ceph-mon", "ceph-osd", "ceph-common"]) is { } lacking) return new Running(null, null, lacking);
        var (monitor, gateway) = (FreePort(), FreePort());
        var start = new ProcessStartInfo("bash", [Repository.PathOf("tests", "Datastores", "S3", "radosgw.sh"), $"{monitor}", $"{gateway}", Key, Key])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(StartLimit);
        try
        {
            if (await process.StandardOutput.ReadLineAsync(limit.Token) == "ready") return new Running(process, Store(gateway), null);
        }
        catch (OperationCanceledException)
        {
            // Said below.
        }

        process.StandardInput.Close();
        process.Kill();
        return new Running(null, null, $"Ceph does not start here: {await errors}");
    }

    private static S3Store Store(int port) => new($"http://127.0.0.1:{port}", Key, Key, "us-east-1")
    {
        WithoutStorageClasses = "Debian's Ceph has only the storage class STANDARD until another is configured, and none is an archive.",
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record Running(Process? Process, S3Store? Store, string? Lacking);
}
