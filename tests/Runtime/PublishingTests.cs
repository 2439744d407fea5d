using ServerlessGdpr.Local.Toolchain;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

/// <summary>What publishing checks of a binary, seen on the program of these tests.</summary>
public sealed class PublishingTests
{
    [Fact]
    public async Task A_binary_that_needs_no_more_than_the_glibc_it_will_find_passes()
    {
        var result = await CheckAsync(Environment.ProcessPath!, "2.34");

        result.Succeeded.ShouldBeTrue(result.Everything);
        result.Everything.ShouldContain("needs GLIBC_2.");
    }

    [Fact]
    public async Task A_binary_that_needs_a_newer_glibc_is_refused()
    {
        var result = await CheckAsync(Environment.ProcessPath!, "2.2");

        result.Succeeded.ShouldBeFalse();
        result.Everything.ShouldContain("but where it runs there is GLIBC_2.2");
    }

    [Fact]
    public async Task A_file_that_tells_nothing_of_glibc_is_refused()
    {
        var result = await CheckAsync(Repository.Find().Resolve("README.md"), "2.34");

        result.Succeeded.ShouldBeFalse();
    }

    private static async Task<ToolResult> CheckAsync(string file, string highest)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && await ToolProcess.RunAsync("readelf", ["--version"], null, null, TestContext.Current.CancellationToken) is { Succeeded: true }, "There is no readelf.");
        var script = Repository.Find().Resolve("functions/Publishing/check-glibc.sh");
        return (await ToolProcess.RunAsync("sh", [script, file, highest], null, null, TestContext.Current.CancellationToken))!;
    }
}
