using System.Diagnostics;

namespace ServerlessGdpr.Tests.Runtime;

/// <summary>The real binary as a process of its own: the JIT build of this run, or the one that <c>BOOTSTRAP_PATH</c> names.</summary>
internal sealed class BootstrapProcess : IDisposable
{
    private readonly Process process;

    public BootstrapProcess(IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("BOOTSTRAP_PATH") ?? Path.Combine(RepositoryFolders.FunctionsBuild, "bootstrap")) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        process = Process.Start(start)!;
    }

    public async Task<(int ExitCode, string Output)> ExitAsync(CancellationToken cancellation)
    {
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, output);
    }

    /// <summary>The most memory it ever had, in bytes. Linux only.</summary>
    public long PeakMemory() =>
        long.Parse(File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
