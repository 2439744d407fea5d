using ServerlessGdpr.Functions;
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

    [Fact]
    public async Task The_binary_answers_invocations()
    {
        await using var api = await FakeRuntimeApi.StartAsync(Cancellation);
        using var bootstrap = new BootstrapProcess(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_LAMBDA_RUNTIME_API"] = api.Address,
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_ACCESS_KEY_ID"] = "key",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["_HANDLER"] = HandlerNames.DrainDeadLetters,
            ["REQUESTS_TABLE"] = "requests",
            ["VAULT_TABLE"] = "vault",
            ["IDENTITY_KEY"] = "arn:aws:kms:eu-west-1:000000000000:key/identities",
            ["EVENT_BUS"] = "requests",
        });
        var deadline = TimeProvider.System.GetUtcNow().AddMinutes(1);

        api.Invoke("1", """{"Records":[]}""", deadline);
        api.Invoke("2", "not JSON", deadline);

        (await api.ReportAsync(Cancellation)).ShouldBe(new Report("invocation/1/response", """{"batchItemFailures":[]}""", ""));
        (await api.ReportAsync(Cancellation)).ShouldBe(new Report(
            "invocation/2/error", """{"errorType":"InvalidInput","errorMessage":"event 2","stackTrace":[]}""", nameof(InvalidInput)));
    }
}
