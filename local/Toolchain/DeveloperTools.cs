using System.Runtime.InteropServices;

namespace ServerlessGdpr.Local.Toolchain;

/// <summary>What the local cloud needs besides .NET: Node for CDK and npm's packages, Java for DynamoDB Local, OpenSSL for .NET itself.</summary>
public sealed class DeveloperTools(Repository repository, TimeProvider time, Action<string> report)
{
    private const int LeastNode = 20;
    private const int LeastJava = 17;
    private static readonly string[] OpenSsl = ["libssl.so.3", "libssl.so.1.1"];
    private static readonly string[] Packages = ["openjdk-17-jre-headless", "nodejs", "npm"];

    /// <summary>Sees to it that everything is there: installs what is missing when it may, and npm's packages when they are missing or old.</summary>
    /// <exception cref="SetupError">Something is missing and could not be installed; the message names it.</exception>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        if (await MissingAsync(cancellation) is [_, ..] missing)
        {
            if (!IsDebianRoot) throw Missing(missing);
            await InstallAsync(missing, cancellation);
            if (await MissingAsync(cancellation) is [_, ..] still) throw Missing(still);
        }

        await EnsurePackagesAsync(cancellation);
    }

    private static bool IsDebianRoot => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/etc/debian_version");

    private static async Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancellation)
    {
        List<string> missing = [];
        if (!(await MajorAsync("node", "--version", cancellation) >= LeastNode)) missing.Add($"Node.js {LeastNode} or later (program node)");
        if (await ToolProcess.RunAsync("npm", ["--version"], null, null, cancellation) is not { Succeeded: true }) missing.Add("npm");
        if (!(await MajorAsync("java", "-version", cancellation) >= LeastJava)) missing.Add($"Java {LeastJava} or later (program java)");
        if (OperatingSystem.IsLinux() && !HasOpenSsl()) missing.Add("OpenSSL (libssl; on Debian the package libssl3)");
        return missing;
    }

    private static async Task<int?> MajorAsync(string program, string argument, CancellationToken cancellation) =>
        await ToolProcess.RunAsync(program, [argument], null, null, cancellation) is { Succeeded: true } result ? ToolVersion.Major(result.Everything) : null;

    private static bool HasOpenSsl() => OpenSsl.Any(name =>
    {
        if (!NativeLibrary.TryLoad(name, out var library)) return false;
        NativeLibrary.Free(library);
        return true;
    });

    private static SetupError Missing(IEnumerable<string> missing) =>
        new($"Missing on this machine: {string.Join("; ", missing)}. Install it so that it is on the PATH, for example on Debian or Ubuntu: sudo apt-get install {string.Join(' ', Packages)}");

    private async Task InstallAsync(IEnumerable<string> missing, CancellationToken cancellation)
    {
        report($"Installing {string.Join(' ', Packages)}: missing are {string.Join("; ", missing)}");
        var variables = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" };
        foreach (var arguments in (string[][])[["update"], ["install", "-y", "--no-install-recommends", .. Packages]])
        {
            var result = await ToolProcess.RunAsync("apt-get", arguments, null, variables, cancellation);
            if (result is not { Succeeded: true }) throw new SetupError($"apt-get {string.Join(' ', arguments)} failed: {result?.Everything ?? "there is no apt-get"}");
        }
    }

    /// <summary>Several processes may start on a fresh clone at once: one of them installs, the others wait for it.</summary>
    private async Task EnsurePackagesAsync(CancellationToken cancellation)
    {
        if (ArePackagesCurrent()) return;
        using var turn = await FileLock.TakeAsync(Path.Combine(repository.LocalDirectory, "npm.lock"), time, cancellation);
        if (ArePackagesCurrent()) return;
        report("Installing npm's packages (npm ci)");
        var result = await ToolProcess.RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], repository.Root, null, cancellation);
        if (result is not { Succeeded: true }) throw new SetupError($"npm ci failed in {repository.Root}: {result?.Everything ?? "there is no npm"}");
    }

    private bool ArePackagesCurrent()
    {
        var installed = new FileInfo(repository.Resolve("node_modules/.package-lock.json"));
        return installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(repository.Resolve("package-lock.json"));
    }
}
