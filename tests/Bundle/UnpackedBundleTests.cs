using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Toolchain;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Bundle;

/// <summary>A bundle as other people's programs find it.</summary>
public sealed class UnpackedBundleTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Unzip_unpacks_it_and_sha256sum_agrees_with_the_manifest()
    {
        await using (var zip = File.Create(Path.Combine(folder.FullName, "bundle.zip"))) await PackedBundle.WriteAsync(HostileContent.Exports(), zip);

        var unzip = await RunAsync("unzip", "-q", "bundle.zip", "-d", "bundle");
        unzip.ExitCode.ShouldBe(0, unzip.Everything);
        var files = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "bundle", "manifest.json"), TestContext.Current.CancellationToken))!["files"]!.AsArray();
        var sums = string.Concat(files.Select(file => $"{file!["sha256"]}  bundle/{file["path"]}\n"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "sums"), sums, new UTF8Encoding(false), TestContext.Current.CancellationToken);
        var check = await RunAsync("sha256sum", "--check", "--strict", "--quiet", "sums");

        check.ExitCode.ShouldBe(0, check.Everything);
        Directory.EnumerateFiles(Path.Combine(folder.FullName, "bundle"), "*", SearchOption.AllDirectories).Count().ShouldBe(files.Count + 1);
    }

    private async Task<ToolResult> RunAsync(string program, params string[] arguments)
    {
        var result = await ToolProcess.RunAsync(program, arguments, folder.FullName, new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8" }, TestContext.Current.CancellationToken);
        Assert.SkipWhen(result is null, $"There is no {program} on this machine.");
        return result!;
    }
}
