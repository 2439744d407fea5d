using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Toolchain;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;
using Repository = ServerlessGdpr.Tests.Support.Repository;

namespace ServerlessGdpr.Tests.Clients;

/// <summary>Ordinary clients use the local cloud as they use AWS. Each script names the call that did not do what it does there.</summary>
public sealed class ClientTests(ClientCloud cloud) : IClassFixture<ClientCloud>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_AWS_command_line_finds_everything_as_AWS_has_it()
    {
        if (await DebianPackages.EnsureAsync(["aws", "curl"], ["awscli", "curl"]) is { } lacking) Assert.Skip(lacking);

        await RunAsync("bash", "aws-cli.sh");
    }

    [Fact]
    public async Task Boto3_finds_everything_as_AWS_has_it()
    {
        var python = await PythonAsync();
        if (python is null && await DebianPackages.EnsureAsync(async () => (python = await PythonAsync()) is not null, "boto3", ["python3-boto3"]) is { } lacking) Assert.Skip(lacking);

        await RunAsync(python!, "boto3-client.py");
    }

    [Fact]
    public Task The_AWS_SDK_for_JavaScript_finds_everything_as_AWS_has_it() => RunAsync("node", "sdk-client.mjs");

    /// <summary>A Python that has boto3: the one on the PATH, or Debian's.</summary>
    private static async Task<string?> PythonAsync()
    {
        foreach (var python in new[] { "python3", "/usr/bin/python3" })
        {
            if (await ToolProcess.RunAsync(python, ["-c", "import boto3"], null, null, Cancellation) is { Succeeded: true }) return python;
        }

        return null;
    }

    private async Task RunAsync(string program, string script)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Limit);
        var result = await ToolProcess.RunAsync(program, [Repository.PathOf("tests", "Clients", script)], Repository.Root, Variables(), limit.Token);

        result.ShouldNotBeNull($"There is no {program}.");
        result.ExitCode.ShouldBe(0, result.Everything);
        cloud.Faults.ShouldBeEmpty();
    }

    /// <summary>Nothing of the machine's own configuration, and nowhere to go but the local cloud.</summary>
    private Dictionary<string, string> Variables() => new()
    {
        ["AWS_ENDPOINT_URL"] = cloud.Endpoint.GetLeftPart(UriPartial.Authority),
        ["AWS_REGION"] = CloudOptions.Region,
        ["AWS_DEFAULT_REGION"] = CloudOptions.Region,
        ["AWS_ACCESS_KEY_ID"] = "client",
        ["AWS_SECRET_ACCESS_KEY"] = "client",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
        ["NO_PROXY"] = "127.0.0.1",
        ["no_proxy"] = "127.0.0.1",
        ["LC_ALL"] = "C.UTF-8",
    };
}
