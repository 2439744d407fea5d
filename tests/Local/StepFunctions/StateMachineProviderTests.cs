using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class StateMachineProviderTests
{
    private const string Role = StateMachineHarness.Role;

    [Fact]
    public async Task A_state_machine_is_created_from_a_template()
    {
        await using var cloud = new StateMachineHarness();

        var created = await CreateAsync(cloud, """
            {"DefinitionString":"{\"StartAt\":\"T\",\"States\":{\"T\":{\"Type\":\"Task\",\"Resource\":\"${Function}\",\"End\":true}}}",
             "DefinitionSubstitutions":{"Function":"arn:aws:lambda:eu-west-1:000000000000:function:f"},
             "RoleArn":"ROLE","StateMachineType":"STANDARD","LoggingConfiguration":{"Level":"ERROR","Destinations":[{"CloudWatchLogsLogGroup":{"LogGroupArn":"l"}}]},
             "TracingConfiguration":{"Enabled":true},"Tags":[{"Key":"a","Value":"b"}]}
            """.Replace("ROLE", Role));

        created.Ref.ShouldBe("arn:aws:states:eu-west-1:000000000000:stateMachine:stack-Erasure-1");
        created.Attributes["Arn"].ShouldBe(created.Ref);
        created.Attributes["Name"].ShouldBe("stack-Erasure-1");
        var machine = cloud.Get<StateMachines>().Get(created.Ref);
        machine.Revision.Definition.ShouldContain("function:f");
        machine.Revision.Options.ToJsonString().ShouldBe("""{"loggingConfiguration":{"level":"ERROR","destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"l"}}]},"tracingConfiguration":{"enabled":true}}""");
    }

    [Fact]
    public async Task A_definition_may_be_an_object_and_the_name_explicit()
    {
        await using var cloud = new StateMachineHarness();

        var created = await CreateAsync(cloud, $$$"""{"StateMachineName":"erasure","Definition":{"StartAt":"S","States":{"S":{"Type":"Succeed"} } },"RoleArn":"{{{Role}}}"}""");

        created.Ref.ShouldEndWith(":stateMachine:erasure");
    }

    [Theory]
    [InlineData("""{"DefinitionS3Location":{},"RoleArn":"r"}""")]
    [InlineData("""{"Definition":{"StartAt":"S","States":{"S":{"Type":"Succeed"}}},"RoleArn":"r","DefinitionS3Location":{}}""")]
    [InlineData("""{"Definition":{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}}""")]
    [InlineData("""{"Definition":{"StartAt":"S","States":{"S":{"Type":"Succeed"}}},"RoleArn":"r","StateMachineType":"EXPRESS"}""")]
    [InlineData("""{"Definition":{"StartAt":"S","States":{}},"RoleArn":"r"}""")]
    public async Task What_is_not_understood_is_refused(string properties)
    {
        await using var cloud = new StateMachineHarness();

        await Should.ThrowAsync<AwsError>(() => CreateAsync(cloud, properties));
    }

    private static Task<CreatedResource> CreateAsync(StateMachineHarness cloud, string properties) => cloud.Get<IResourceProvider>().CreateAsync(
        new ResourceDefinition("AWS::StepFunctions::StateMachine", "Erasure", "stack", "stack-Erasure-1", JsonNode.Parse(properties)!.AsObject(), null, "/"),
        TestContext.Current.CancellationToken);
}
