using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Toolchain;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Toolchain;

public sealed class ToolchainTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v20.11.1\n", 20)]
    [InlineData("v8.0.0", 8)]
    [InlineData("openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime Environment", 17)]
    [InlineData("openjdk version \"21\" 2023-09-19", 21)]
    [InlineData("java version \"1.8.0_202\"", 8)]
    [InlineData("command not found", null)]
    public void The_version_of_a_tool_is_read_from_what_it_prints(string printed, int? major) => ToolVersion.Major(printed).ShouldBe(major);

    [Fact]
    public void The_lock_file_names_no_registry_but_npms_own()
    {
        var packages = JsonNode.Parse(File.ReadAllText(Repository.Find().Resolve("package-lock.json")))!["packages"]!.AsObject();

        packages.Where(package => package.Key.Length > 0)
            .Select(package => package.Value!["resolved"]!.GetValue<string>())
            .ShouldAllBe(address => address.StartsWith("https://registry.npmjs.org/"));
    }

    [Fact]
    public async Task One_process_at_a_time_holds_a_lock()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("lock-").FullName, "turn.lock");
        var first = await FileLock.TakeAsync(file, TimeProvider.System, Cancellation);

        var second = FileLock.TakeAsync(file, TimeProvider.System, Cancellation);
        second.IsCompleted.ShouldBeFalse();
        first.Dispose();

        (await second).Dispose();
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_told_from_one_that_fails()
    {
        (await ToolProcess.RunAsync("no-such-program", [], null, null, Cancellation)).ShouldBeNull();
        (await ToolProcess.RunAsync("/bin/sh", ["-c", "echo wrong >&2; exit 3"], null, null, Cancellation)).ShouldBe(new ToolResult(3, "", "wrong\n"));
    }

    [Fact]
    public async Task The_app_is_synthesized_once_per_state_of_its_inputs()
    {
        List<string> reports = [];
        var synthesis = new Synthesis(Repository.Find(), TimeProvider.System, reports.Add);
        var first = await synthesis.EnsureAsync(null, Cancellation);
        reports.Clear();

        var second = await synthesis.EnsureAsync(null, Cancellation);

        second.ShouldBe(first);
        File.Exists(Path.Combine(second, "manifest.json")).ShouldBeTrue();
        reports.ShouldBeEmpty();
    }
}
