using ServerlessGdpr.Infra;
using ServerlessGdpr.Infra.Assets;
using ServerlessGdpr.Infra.Environments;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class EnvironmentTests(SynthesizedApp app)
{
    [Fact]
    public void The_demos_shop_exists_locally_and_nowhere_else()
    {
        app.Local.Stacks.ShouldBe(["ServerlessGdpr-DemoShop", "ServerlessGdpr-Stateful", "ServerlessGdpr-Workflow"]);
        app.Production.Stacks.ShouldBe(["ServerlessGdpr-Stateful", "ServerlessGdpr-Workflow"]);
    }

    [Fact]
    public void An_unknown_environment_is_refused_and_the_known_ones_named() =>
        Error("""{ "local": {}, "prod": {} }""", "test").ShouldBe("cdk.json has no environment \"test\". It has: local, prod.");

    [Fact]
    public void An_environment_must_be_chosen() =>
        Error("""{ "local": {} }""", null).ShouldBe("No environment was chosen: pass -c environment=NAME. cdk.json has: local.");

    [Theory]
    [InlineData("""{ "region": "eu-west-1", "dataMap": "d.json" }""", "account")]
    [InlineData("""{ "account": "000000000000", "region": "eu-west-1", "dataMap": "d.json", "demoshop": true, "publisher": [] }""", "publisher")]
    [InlineData("""{ "account": "1", "region": "eu-west-1", "dataMap": "d.json" }""", "account must have 12 digits")]
    [InlineData("""{ "account": "000000000000", "region": "eu-west-1", "dataMap": "d.json", "restoreAccounts": ["eu"] }""", "each of restoreAccounts must have 12 digits")]
    [InlineData("""{ "account": "000000000000", "region": "eu-west-1", "dataMap": "d.json", "restoreRegions": ["Frankfurt"] }""", "restoreRegions must be")]
    [InlineData("""{ "account": "000000000000", "region": "eu-west-1", "dataMap": "d.json", "architecture": "arm" }""", "architecture must be x86_64 or arm64")]
    [InlineData("""{ "account": "000000000000", "region": "eu-west-1", "dataMap": "d.json", "bundleDays": 0 }""", "bundleDays must be between 1 and 30")]
    public void A_missing_unknown_or_wrong_field_is_named(string environment, string field)
    {
        var error = Error($$"""{ "test": {{environment}} }""", "test");

        error.ShouldStartWith("The environment \"test\" in cdk.json");
        error.ShouldContain(field);
    }

    [Fact]
    public void Without_a_published_binary_the_command_that_makes_one_is_named()
    {
        var empty = Directory.CreateTempSubdirectory("serverless-gdpr-tests-");
        try
        {
            Should.Throw<SetupError>(() => FunctionCode.Assemble(empty.FullName, "{}"))
                .Message.ShouldContain("Run: dotnet publish functions -r linux-x64 -o artifacts/function");
        }
        finally
        {
            empty.Delete(recursive: true);
        }
    }

    private static string Error(string environments, string? name) =>
        Should.Throw<SetupError>(() => CdkConfiguration.Parse($$"""{ "context": { "environments": {{environments}} } }""").Environment(name)).Message;
}
