using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class AccessWorkflowTests(SynthesizedApp app) : WorkflowContract(app, "Access")
{
    [Theory]
    [InlineData("Plan the export", "AccessPlanAccess")]
    [InlineData("Record the exports", "AccessRecordExports")]
    [InlineData("Ask an operator", "StepsAskOperator")]
    [InlineData("Apply the operator's decision", "AccessRecordExports")]
    [InlineData("Package the bundle", "AccessPackageBundle")]
    [InlineData("Complete the request", "AccessCompleteAccess")]
    public void A_state_calls_the_function_it_names(string state, string function) =>
        Definition["States"]![state]!["Parameters"]!["FunctionName"]!.GetValue<string>()
            .ShouldBe($"{Workflow.Find("AWS::Lambda::Function", function).Id}.Arn");

    [Fact]
    public void Nothing_is_packed_before_every_export_is_done_or_closed() => Targets("Package the bundle").ShouldBe(["What comes next?"]);

    [Fact]
    public void A_datastore_that_fails_never_stops_the_others() =>
        Definition["States"]!["Export from each datastore"]!["ItemProcessor"]!["States"]!["Export records"]!["Catch"]!.AsArray().ShouldHaveSingleItem()!["ErrorEquals"]!
            .AsArray().Select(error => (string)error!).ShouldBe(["States.ALL"]);

    /// <summary>The states that lead to one.</summary>
    private IEnumerable<string> Targets(string state) => Definition["States"]!.AsObject()
        .Where(other => other.Value!["Next"]?.GetValue<string>() == state
            || other.Value["Choices"]?.AsArray().Any(branch => branch!["Next"]!.GetValue<string>() == state) is true)
        .Select(other => other.Key);
}
