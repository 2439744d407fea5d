using System.Diagnostics;

namespace ServerlessGdpr.Tests.Runtime;

/// <summary>The real binary as a process of its own: the JIT build of this run, or the one that <c>BOOTSTRAP_PATH</c> names.</summary>
internal sealed class BootstrapProcess : IDisposable
{
    private readonly Process process;

    public BootstrapProcess(IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("BOOTSTRAP_PATH") ?? JitBuild()) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        process = Process.Start(start)!;
    }

    public async Task<(int ExitCode, string Output)> ExitAsync(CancellationToken cancellation)
    {
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, output);
    }

    /// <summary>The copy beside the tests would run on their framework, not on its own.</summary>
    private static string JitBuild()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = framework.Parent!;
        var repository = configuration.Parent!.Parent!.Parent!;
        return Path.Combine(repository.FullName, "functions", "bin", configuration.Name, framework.Name, "bootstrap");
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
