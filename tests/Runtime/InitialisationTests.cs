using ServerlessGdpr.Functions;
using ServerlessGdpr.Functions.Runtime;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

public sealed class InitialisationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unknown_handler_is_an_initialisation_error_that_names_the_known_ones()
    {
        await using var function = await HostedFunction.StartAsync(
            HostedFunction.Registration(_ => throw new InvalidOperationException("not built")), [new("_HANDLER", "Function::Handler")], Cancellation);

        var report = await function.Api.ReportAsync(Cancellation);

        report.Path.ShouldBe("init/error");
        report.ErrorType.ShouldBe(nameof(InvalidConfiguration));
        report.Json.GetProperty("errorMessage").GetString().ShouldBe("_HANDLER is none of UnderTest.");
        (await function.ExitCode).ShouldBe(1);
    }

    [Fact]
    public async Task Every_missing_or_invalid_variable_is_named_at_once_and_no_value_is_shown()
    {
        await using var function = await HostedFunction.StartAsync(
            HostedFunction.Registration(
                _ => throw new InvalidOperationException("not built"), Setting.RequestsTable, Setting.VaultTable, Setting.MacKey, Setting.ErasureWorkflow, Setting.EventBus),
            [
                new("VAULT_TABLE", "a value with spaces"),
                new("MAC_KEY", "arn:aws:states:eu-west-1:000000000000:stateMachine:x"),
                new("ERASURE_WORKFLOW", "arn:aws:states:eu-west-1:000000000000:stateMachine:x"),
                new("EVENT_BUS", "requests"),
                new("LOG_LEVEL", "chatty"),
            ],
            Cancellation);

        var report = await function.Api.ReportAsync(Cancellation);

        report.ErrorType.ShouldBe(nameof(InvalidConfiguration));
        report.Json.GetProperty("errorMessage").GetString().ShouldBe(
            "Environment variables: REQUESTS_TABLE is missing; VAULT_TABLE is not a name; MAC_KEY is not the ARN of a kms resource; "
            + "LOG_LEVEL is none of Trace, Debug, Information, Warning, Error, Critical, None.");
        function.Output.ShouldContain("REQUESTS_TABLE is missing");
    }

    [Fact]
    public async Task A_function_that_cannot_be_built_reports_the_class_of_the_failure_and_not_its_message()
    {
        await using var function = await HostedFunction.StartAsync(
            HostedFunction.Registration(_ => throw new InvalidOperationException("ada@example.org")), [], Cancellation);

        var report = await function.Api.ReportAsync(Cancellation);

        report.Path.ShouldBe("init/error");
        report.ErrorType.ShouldBe("InvalidOperationException");
        report.Body.ShouldNotContain("ada@example.org");
        (await function.ExitCode).ShouldBe(1);
        function.Output.ShouldNotContain("ada@example.org");
    }

    [Fact]
    public void A_setting_that_the_registration_does_not_declare_cannot_be_read()
    {
        var environment = new Dictionary<string, string> { ["AWS_REGION"] = "eu-west-1", ["REQUESTS_TABLE"] = "requests", ["VAULT_TABLE"] = "vault" };

        var settings = Settings.Read(environment, [Setting.RequestsTable]);

        settings[Setting.RequestsTable].ShouldBe("requests");
        Should.Throw<InvalidOperationException>(() => settings[Setting.VaultTable]);
    }

    [Fact]
    public async Task Without_a_Runtime_API_the_program_says_so_and_exits_with_1()
    {
        using var output = new StringWriter();

        var exitCode = await FunctionHost.RunAsync(new Dictionary<string, string>(), TimeProvider.System, Cancellation, output);

        exitCode.ShouldBe(1);
        output.ToString().ShouldContain("AWS_LAMBDA_RUNTIME_API is missing");
    }

    [Fact]
    public void Every_handler_name_is_registered_at_most_once() =>
        Handlers.All.Select(handler => handler.Name).ShouldBeUnique();
}
