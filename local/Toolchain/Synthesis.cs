using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ServerlessGdpr.Local.Toolchain;

/// <summary>Synthesizes the CDK app for the local environment, once per state of its inputs.</summary>
public sealed class Synthesis(Repository repository, TimeProvider time, Action<string> report)
{
    private static readonly TimeSpan KeepOthers = TimeSpan.FromDays(1);
    private static readonly string[] WatchedExtensions = [".dll", ".json", ".so", ""];

    /// <param name="functionCode">The folder of the function binary; null for the one built with this program.</param>
    /// <returns>The cloud assembly's folder: <c>.local/cdk.out/HASH</c>, so that what runs from one is not pulled away by the next.</returns>
    /// <exception cref="SetupError">The app refuses to synthesize; the message is its own.</exception>
    public async Task<string> EnsureAsync(string? functionCode, CancellationToken cancellation)
    {
        var code = functionCode is null ? repository.FunctionOutput : Path.GetFullPath(functionCode);
        var all = Directory.CreateDirectory(Path.Combine(repository.LocalDirectory, "cdk.out"));
        using var turn = await FileLock.TakeAsync(Path.Combine(repository.LocalDirectory, "synthesis.lock"), time, cancellation);
        var output = Path.Combine(all.FullName, await HashAsync(code, cancellation));
        if (Directory.Exists(output)) return output;

        RemoveOld(all);
        report("Synthesizing the CDK app");
        var unfinished = output + ".unfinished";
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        await SynthesizeAsync(code, unfinished, cancellation);
        Directory.Move(unfinished, output);
        return output;
    }

    private async Task SynthesizeAsync(string code, string output, CancellationToken cancellation)
    {
        var app = Path.Combine(repository.Output("infra"), "ServerlessGdpr.Infra.dll");
        var variables = new Dictionary<string, string>
        {
            ["CDK_OUTDIR"] = output,
            ["CDK_CONTEXT_JSON"] = JsonSerializer.Serialize(new Dictionary<string, string> { ["environment"] = "local", ["functionCode"] = code }),
        };
        var result = await ToolProcess.RunAsync("dotnet", [app], repository.Root, variables, cancellation);
        if (result is not { Succeeded: true }) throw new SetupError($"The CDK app does not synthesize: {result?.Everything ?? "there is no dotnet on the PATH"}");
    }

    /// <summary>Folders of earlier states may still be in use by a cloud that is up.</summary>
    private void RemoveOld(DirectoryInfo all)
    {
        foreach (var folder in all.EnumerateDirectories().Where(folder => time.GetUtcNow().UtcDateTime - folder.LastWriteTimeUtc > KeepOthers)) folder.Delete(recursive: true);
    }

    private async Task<string> HashAsync(string code, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Inputs(code).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(await File.ReadAllBytesAsync(file, cancellation));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private IEnumerable<string> Inputs(string code) =>
    [
        repository.Resolve("cdk.json"),
        Path.Combine(repository.Output("infra"), "ServerlessGdpr.Infra.dll"),
        .. Directory.EnumerateFiles(repository.Resolve("infra"), "*.json"),
        .. Directory.EnumerateFiles(repository.Resolve("infra/workflows"), "*.asl.json"),
        .. Directory.Exists(code) ? Directory.EnumerateFiles(code).Where(file => WatchedExtensions.Contains(Path.GetExtension(file))) : [],
    ];
}
