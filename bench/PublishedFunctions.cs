using System.Diagnostics;
using ServerlessGdpr.Local.Toolchain;

namespace ServerlessGdpr.Bench;

/// <summary>The functions' binary as <c>dotnet publish</c> makes it, in one of three ways.</summary>
/// <param name="Name">As the tables call it.</param>
/// <param name="Directory">With the program <c>bootstrap</c>.</param>
internal sealed record PublishedFunctions(string Name, string Directory)
{
    public static readonly (string Name, string[] Properties)[] Ways =
    [
        ("JIT", ["-p:PublishAot=false", "--self-contained"]),
        ("ReadyToRun", ["-p:PublishAot=false", "-p:PublishReadyToRun=true", "--self-contained"]),
        ("Native AOT", []),
    ];

    public string Program => Path.Combine(Directory, "bootstrap");

    /// <summary>Everything that is deployed, without symbols.</summary>
    public long Size => new DirectoryInfo(Directory).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Extension is not (".dbg" or ".pdb")).Sum(file => file.Length);

    /// <exception cref="InvalidOperationException">It could not be published; the message is what the build said.</exception>
    public static async Task<PublishedFunctions> PublishAsync(Repository repository, string name, string[] properties, string folder, CancellationToken cancellation)
    {
        Console.Error.WriteLine($"publishing the functions: {name}");
        var output = Path.Combine(folder, "published", name.Replace(' ', '-'));

        // With artifacts of its own each way keeps apart from the others, and from what is built here already.
        var start = new ProcessStartInfo(
            "dotnet",
            ["publish", repository.Resolve("functions"), "-c", "Release", "-r", "linux-x64", "--nologo", "--artifacts-path", Path.Combine(folder, name.Replace(' ', '-')), "-o", output, .. properties])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var publish = Process.Start(start)!;
        var said = await publish.StandardOutput.ReadToEndAsync(cancellation);
        await publish.WaitForExitAsync(cancellation);
        return publish.ExitCode == 0 ? new PublishedFunctions(name, output) : throw new InvalidOperationException(said);
    }
}
