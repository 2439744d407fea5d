using ServerlessGdpr.Local.Toolchain;

namespace ServerlessGdpr.Tests.Support;

/// <summary>Programs that some tests run and that not every machine has: installed where that is allowed, missed by name where it is not.</summary>
internal static class DebianPackages
{
    /// <returns>Why they are not there; null when they are.</returns>
    public static Task<string?> EnsureAsync(string[] programs, string[] packages) =>
        EnsureAsync(() => Task.FromResult(Array.TrueForAll(programs, IsOnPath)), string.Join(", ", programs), packages);

    /// <param name="what">What is missing, in words.</param>
    /// <returns>Why it is not there; null when it is.</returns>
    public static async Task<string?> EnsureAsync(Func<Task<bool>> isThere, string what, string[] packages)
    {
        if (await isThere()) return null;
        var missing = $"This machine lacks {what}: Debian's {string.Join(' ', packages)}";
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/etc/debian_version")) return $"{missing}, which these tests install by themselves as root.";
        var folder = ServerlessGdpr.Local.Toolchain.Repository.Find().LocalDirectory;
        Directory.CreateDirectory(folder);
        using var turn = await FileLock.TakeAsync(Path.Combine(folder, "apt.lock"), TimeProvider.System, CancellationToken.None);
        if (await isThere()) return null;
        var variables = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" };
        await ToolProcess.RunAsync("apt-get", ["update"], null, variables, CancellationToken.None);
        var installed = await ToolProcess.RunAsync("apt-get", ["install", "-y", "--no-install-recommends", .. packages], null, variables, CancellationToken.None);
        return await isThere() ? null : $"{missing}. Installing it failed: {installed?.Everything}";
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, program)));
}
