using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class WorkflowTests
{
    private readonly Template workflow;
    private readonly Resource machine;
    private readonly JsonNode definition;

    public WorkflowTests(SynthesizedApp app)
    {
        workflow = app.Local.Workflow;
        machine = workflow.OfType("AWS::StepFunctions::StateMachine").Single();
        definition = JsonNode.Parse(workflow.Text(machine["DefinitionString"]))!;
    }

    private IEnumerable<KeyValuePair<string, JsonNode?>> AllStates => StatesOf(definition);

    private IEnumerable<KeyValuePair<string, JsonNode?>> Tasks => AllStates.Where(state => state.Value!["Type"]!.GetValue<string>() == "Task");

    [Fact]
    public void Every_placeholder_is_filled() => definition.ToJsonString().ShouldNotContain("${");

    [Theory]
    [InlineData("Plan the erasure", "StepsPlanErasure")]
    [InlineData("Record the results", "StepsAdvanceErasure")]
    [InlineData("Ask an operator", "StepsAskOperator")]
    [InlineData("Apply the operator's decision", "StepsAdvanceErasure")]
    [InlineData("Complete the request", "StepsCompleteRequest")]
    public void A_state_calls_the_function_it_names(string state, string function) =>
        definition["States"]![state]!["Parameters"]!["FunctionName"]!.GetValue<string>()
            .ShouldBe($"{workflow.Find("AWS::Lambda::Function", function).Id}.Arn");

    [Fact]
    public void The_plan_learns_each_datastores_function() =>
        definition["States"]!["Plan the erasure"]!["Parameters"]!["Payload"]!["functions"]!.AsObject()
            .Select(entry => $"{entry.Key} {entry.Value}")
            .ShouldBe([Mapped("customers"), Mapped("orders"), Mapped("uploads")]);

    [Fact]
    public void Permanent_failures_are_never_retried()
    {
        var permanent = typeof(PermanentFailure).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(PermanentFailure)) && !type.IsAbstract).Select(type => type.Name).ToList();

        permanent.ShouldNotBeEmpty();
        foreach (var (name, task) in Tasks)
        {
            var first = task!["Retry"]![0]!;
            first["MaxAttempts"]!.GetValue<int>().ShouldBe(0, name);
            Strings(first["ErrorEquals"]).ShouldBe(permanent, ignoreOrder: true, name);
        }
    }

    [Fact]
    public void Everything_else_is_retried_with_jitter() => Tasks.Select(task => task.Value!["Retry"]!.AsArray()[^1]!).ShouldAllBe(retry =>
        IsEveryError(retry) && retry["JitterStrategy"]!.GetValue<string>() == "FULL" && retry["MaxAttempts"]!.GetValue<int>() == 6);

    [Fact]
    public void What_is_throttled_waits_for_hours_before_an_operator_hears_of_it()
    {
        foreach (var (name, task) in Tasks)
        {
            var retry = task!["Retry"]!.AsArray()[^2]!;
            Strings(retry["ErrorEquals"]).ShouldBe(["Lambda.TooManyRequestsException", "DatastoreThrottled"], name);
            retry["JitterStrategy"]!.GetValue<string>().ShouldBe("FULL", name);
            // Full jitter waits half of the longest delay on average.
            (retry["MaxAttempts"]!.GetValue<int>() * retry["MaxDelaySeconds"]!.GetValue<int>() / 2).ShouldBeGreaterThan(2 * 60 * 60, name);
        }
    }

    [Theory]
    [InlineData("May the erasure begin?")]
    [InlineData("What comes next?")]
    public void A_dry_run_counts_at_first_and_when_an_operator_wants_a_failed_count_repeated(string choice) =>
        definition["States"]![choice]!["Choices"]!.AsArray().Single(branch => branch!["StringEquals"]!.GetValue<string>() == "count")!["Next"]!
            .GetValue<string>().ShouldBe("Count records in each datastore");

    [Fact]
    public void Every_task_has_a_timeout_and_so_has_the_whole() =>
        Tasks.Select(task => task.Value).Append(definition).ShouldAllBe(node => node!["TimeoutSeconds"]!.GetValue<int>() > 0);

    [Theory]
    [InlineData("Count records in each datastore")]
    [InlineData("Erase from each datastore")]
    public void A_datastore_that_fails_never_stops_the_others(string map)
    {
        var iteration = definition["States"]![map]!["ItemProcessor"]!;

        iteration["States"]!.AsObject().Where(state => state.Value!["Type"]!.GetValue<string>() == "Task").ShouldAllBe(task =>
            IsEveryError(task.Value!["Catch"]![0]!) &&
            iteration["States"]![task.Value["Catch"]![0]!["Next"]!.GetValue<string>()]!["Type"]!.GetValue<string>() == "Pass");
    }

    [Fact]
    public void The_workflow_carries_every_field_of_a_datastores_answer()
    {
        // Only a replay tells newer records from older ones: of a person who asks now, every record goes.
        string[] left = ["EqualityContract", nameof(DatastoreAnswer.Newer), nameof(DatastoreAnswer.Unproven)];
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

    [Fact]
    public void What_remains_after_a_month_without_a_decision_is_asked_again()
    {
        var ask = definition["States"]!["Ask an operator"]!;

        ask["TimeoutSeconds"]!.GetValue<int>().ShouldBe(30 * 24 * 60 * 60);
        ask["Retry"]!.AsArray().Single(retry => Strings(retry!["ErrorEquals"]).Contains("States.Timeout"))!["MaxAttempts"]!.GetValue<int>().ShouldBe(0);
        ask["Catch"]![0]!["Next"]!.GetValue<string>().ShouldBe("Ask an operator");
    }

    [Fact]
    public void Names_of_states_are_unique_as_Step_Functions_requires() => AllStates.Select(state => state.Key).ShouldBeUnique();

    [Fact]
    public void Its_logs_leave_execution_data_out()
    {
        var logging = machine["LoggingConfiguration"]!;

        logging["IncludeExecutionData"]!.GetValue<bool>().ShouldBeFalse();
        logging["Level"]!.GetValue<string>().ShouldBe("ALL");
        workflow.Text(machine["TracingConfiguration"]).ShouldBe("{Enabled: true}");
    }

    private string Mapped(string datastore) => $"{datastore} {workflow.Find("AWS::Lambda::Function", $"Datastores{datastore}").Id}.Arn";

    private static bool IsEveryError(JsonNode handler) => Strings(handler["ErrorEquals"]) is ["States.ALL"];

    private static IEnumerable<KeyValuePair<string, JsonNode?>> StatesOf(JsonNode scope) => scope["States"]!.AsObject()
        .SelectMany(state => state.Value!["ItemProcessor"] is { } inner ? StatesOf(inner).Prepend(state) : [state]);

    private static IReadOnlyList<string> Strings(JsonNode? node) => [.. node!.AsArray().Select(item => item!.GetValue<string>())];
}
