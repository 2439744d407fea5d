using Microsoft.Extensions.Logging.Abstractions;
using ServerlessGdpr.Functions;
using ServerlessGdpr.Functions.Runtime;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

public sealed class CompositionTests
{
    public static TheoryData<string> Names => [.. typeof(HandlerNames).GetFields().Select(name => (string)name.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_function_can_be_built_from_the_settings_that_it_declares(string name)
    {
        var handler = Handlers.Select(Handlers.All, name);
        var settings = Settings.Read(EnvironmentOf(handler), handler.Settings);
        using var composition = new Composition(settings, TimeProvider.System, NullLoggerFactory.Instance, new Metrics(TextWriter.Null, TimeProvider.System, "test"));

        handler.Create(composition).ShouldNotBeNull();
    }

    [Fact]
    public void A_datastore_that_the_data_map_does_not_have_stops_its_function()
    {
        var handler = Handlers.Select(Handlers.All, HandlerNames.Datastore);
        var environment = EnvironmentOf(handler);
        environment["DATASTORE"] = "no-such-store";
        using var composition = new Composition(
            Settings.Read(environment, handler.Settings), TimeProvider.System, NullLoggerFactory.Instance, new Metrics(TextWriter.Null, TimeProvider.System, "test"));

        Should.Throw<InvalidConfiguration>(() => handler.Create(composition)).Message.ShouldBe("DATASTORE names no datastore of the data map.");
    }

    private static Dictionary<string, string> EnvironmentOf(HandlerRegistration handler)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_ACCESS_KEY_ID"] = "key",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["LAMBDA_TASK_ROOT"] = Path.Combine(RepositoryFolders.Root, "infra"),
        };
        foreach (var setting in handler.Settings)
            environment[setting.Variable] = setting.ArnService is { } service ? $"arn:aws:{service}:eu-west-1:000000000000:x/y" : "customers";
        if (handler.Settings.Contains(Setting.BundleDays)) environment[Setting.BundleDays.Variable] = "7";
        if (handler.Settings.Contains(Setting.RestoreAccounts)) environment[Setting.RestoreAccounts.Variable] = "000000000000,999988887777";
        return environment;
    }
}
