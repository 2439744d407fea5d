using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Datastores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class WorkflowTests(SynthesizedApp app) : WorkflowContract(app, "Erasure")
{
    [Theory]
    [InlineData("Plan the erasure", "StepsPlanErasure")]
    [InlineData("Record the results", "StepsAdvanceErasure")]
    [InlineData("Ask an operator", "StepsAskOperator")]
    [InlineData("Apply the operator's decision", "StepsAdvanceErasure")]
    [InlineData("Complete the request", "StepsCompleteRequest")]
    public void A_state_calls_the_function_it_names(string state, string function) =>
        Definition["States"]![state]!["Parameters"]!["FunctionName"]!.GetValue<string>()
            .ShouldBe($"{Workflow.Find("AWS::Lambda::Function", function).Id}.Arn");

    [Fact]
    public void The_plan_learns_each_datastores_function() =>
        Definition["States"]!["Plan the erasure"]!["Parameters"]!["Payload"]!["functions"]!.AsObject()
            .Select(entry => $"{entry.Key} {entry.Value}")
            .ShouldBe([Mapped("customers"), Mapped("orders"), Mapped("uploads")]);

    [Theory]
    [InlineData("May the erasure begin?")]
    [InlineData("What comes next?")]
    public void A_dry_run_counts_at_first_and_when_an_operator_wants_a_failed_count_repeated(string choice) =>
        Definition["States"]![choice]!["Choices"]!.AsArray().Single(branch => branch!["StringEquals"]!.GetValue<string>() == "count")!["Next"]!
            .GetValue<string>().ShouldBe("Count records in each datastore");

    [Theory]
    [InlineData("Count records in each datastore")]
    [InlineData("Erase from each datastore")]
    public void A_datastore_that_fails_never_stops_the_others(string map)
    {
        var iteration = Definition["States"]![map]!["ItemProcessor"]!;

        iteration["States"]!.AsObject().Where(state => state.Value!["Type"]!.GetValue<string>() == "Task").ShouldAllBe(task =>
            IsEveryError(task.Value!["Catch"]![0]!) &&
            iteration["States"]![task.Value["Catch"]![0]!["Next"]!.GetValue<string>()]!["Type"]!.GetValue<string>() == "Pass");
    }

    [Fact]
    public void The_workflow_carries_every_field_of_a_datastores_answer()
    {
        // Only a replay tells newer records from older ones: of a person who asks now, every record goes. Only an export writes parts.
        string[] left =
        [
            "EqualityContract", nameof(DatastoreAnswer.Newer), nameof(DatastoreAnswer.Unproven),
            nameof(DatastoreAnswer.Parts), nameof(DatastoreAnswer.Files), nameof(DatastoreAnswer.Redacted),
        ];
        var fields = typeof(DatastoreAnswer).GetProperties().Where(property => !left.Contains(property.Name))
            .Select(property => string.Concat(char.ToLowerInvariant(property.Name[0]), property.Name[1..]))
            .ToDictionary(name => $"{name}.$", name => $"$.Payload.{name}");

        var selectors = Tasks.Where(task => task.Value!["ResultSelector"] is not null).ToList();
        selectors.Count.ShouldBe(3);
        foreach (var (name, task) in selectors)
            task!["ResultSelector"]!.AsObject().ToDictionary(field => field.Key, field => field.Value!.GetValue<string>()).ShouldBe(fields, ignoreOrder: true, name);
    }

    [Fact]
    public void A_datastores_function_learns_in_every_call_what_to_work_on()
    {
        var payloads = Tasks.Select(task => task.Value!["Parameters"]!["Payload"]!).Where(payload => payload["operation"] is not null).ToList();

        payloads.Count.ShouldBe(3);
        payloads.ShouldAllBe(payload => payload["target.$"]!.GetValue<string>() == "$.target");
    }

    private string Mapped(string datastore) => $"{datastore} {Workflow.Find("AWS::Lambda::Function", $"Datastores{datastore}").Id}.Arn";
}
