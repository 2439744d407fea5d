using System.Runtime.InteropServices;

namespace ServerlessGdpr.Local.Toolchain;

/// <summary>What the local cloud needs besides .NET: Node for CDK and npm's packages, Java for DynamoDB Local, OpenSSL for .NET itself.</summary>
public sealed class DeveloperTools(Repository repository, TimeProvider time, Action<string> report)
{
    private const int LeastNode = 20;
    private const int LeastJava = 17;
    private static readonly string[] OpenSsl = ["libssl.so.3", "libssl.so.1.1"];
    private static readonly string[] Browsers = ["chromium", "google-chrome", "chromium-browser"];

    /// <summary>In the order they are installed: some packages of Node bring npm along, and refuse Debian's own beside them.</summary>
    private static readonly IReadOnlyList<Tool> Tools =
    [
        new($"Java {LeastJava} or later (program java)", "openjdk-17-jre-headless", async cancellation => await MajorAsync("java", "-version", cancellation) >= LeastJava),
        new($"Node.js {LeastNode} or later (program node)", "nodejs", async cancellation => await MajorAsync("node", "--version", cancellation) >= LeastNode),
        new("npm", "npm", async cancellation => await ToolProcess.RunAsync("npm", ["--version"], null, null, cancellation) is { Succeeded: true }),
        new("OpenSSL (libssl)", "libssl3", _ => Task.FromResult(!OperatingSystem.IsLinux() || HasOpenSsl())),
    ];

    /// <summary>For tests of pages only.</summary>
    private static readonly Tool Browser = new("Chromium (program chromium or google-chrome)", "chromium", _ => Task.FromResult(FindBrowser() is not null));

    /// <summary>Sees to it that everything is there: installs what is missing when it may, and npm's packages when they are missing or old.</summary>
    /// <exception cref="SetupError">Something is missing and could not be installed; the message names it.</exception>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        await EnsureAsync(Tools, cancellation);
        await EnsurePackagesAsync(cancellation);
    }

    /// <returns>The path of a browser's program.</returns>
    /// <exception cref="SetupError">As above.</exception>
    public async Task<string> EnsureBrowserAsync(CancellationToken cancellation)
    {
        await EnsureAsync([Browser], cancellation);
        return FindBrowser()!;
    }

    private async Task EnsureAsync(IReadOnlyList<Tool> tools, CancellationToken cancellation)
    {
        var missing = await MissingAsync(tools, cancellation);
        if (missing.Count > 0 && IsDebianRoot)
        {
            await AptAsync(["update"], cancellation);
            foreach (var tool in missing)
            {
                if (!await tool.IsThere(cancellation)) await InstallAsync(tool, cancellation);
            }

            missing = await MissingAsync(tools, cancellation);
        }

        if (missing.Count > 0)
        {
            throw new SetupError(
                $"Missing on this machine: {string.Join("; ", missing.Select(tool => tool.Name))}. Install it so that it is on the PATH; Debian's packages are {string.Join(' ', missing.Select(tool => tool.Package))}.");
        }
    }

    private static bool IsDebianRoot => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/etc/debian_version");

    private static async Task<IReadOnlyList<Tool>> MissingAsync(IReadOnlyList<Tool> tools, CancellationToken cancellation)
    {
        List<Tool> missing = [];
        foreach (var tool in tools)
        {
            if (!await tool.IsThere(cancellation)) missing.Add(tool);
        }

        return missing;
    }

    private static string? FindBrowser()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Browsers.SelectMany(program => folders.Select(folder => Path.Combine(folder, program))).FirstOrDefault(File.Exists);
    }

    private static async Task<int?> MajorAsync(string program, string argument, CancellationToken cancellation) =>
        await ToolProcess.RunAsync(program, [argument], null, null, cancellation) is { Succeeded: true } result ? ToolVersion.Major(result.Everything) : null;

    private static bool HasOpenSsl() => OpenSsl.Any(name =>
    {
        if (!NativeLibrary.TryLoad(name, out var library)) return false;
        NativeLibrary.Free(library);
        return true;
    });

    private Task InstallAsync(Tool tool, CancellationToken cancellation)
    {
        report($"Installing {tool.Package}: missing is {tool.Name}");
        return AptAsync(["install", "-y", "--no-install-recommends", tool.Package], cancellation);
    }

    private static async Task AptAsync(string[] arguments, CancellationToken cancellation)
    {
        var variables = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" };
        var result = await ToolProcess.RunAsync("apt-get", arguments, null, variables, cancellation);
        if (result is not { Succeeded: true }) throw new SetupError($"apt-get {string.Join(' ', arguments)} failed: {result?.Everything ?? "there is no apt-get"}");
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

    /// <param name="Package">Debian's package.</param>
    private sealed record Tool(string Name, string Package, Func<CancellationToken, Task<bool>> IsThere);
}
