using ServerlessGdpr.Functions.Runtime;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

public sealed class BootstrapTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_binary_reports_a_handler_it_does_not_have_and_exits_with_1()
    {
        await using var api = await FakeRuntimeApi.StartAsync(Cancellation);
        using var bootstrap = new BootstrapProcess(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_LAMBDA_RUNTIME_API"] = api.Address,
            ["AWS_REGION"] = "eu-west-1",
            ["_HANDLER"] = "Nothing",
        });

        var (exitCode, output) = await bootstrap.ExitAsync(Cancellation);

        output.ShouldContain("\"message\":\"The function did not start: _HANDLER is none of");
        exitCode.ShouldBe(1);
        var report = await api.ReportAsync(Cancellation);
        report.Path.ShouldBe("init/error");
        report.ErrorType.ShouldBe(nameof(InvalidConfiguration));
    }
}
