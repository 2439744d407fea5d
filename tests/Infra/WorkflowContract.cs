using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Runtime;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

/// <summary>What every workflow keeps to, as it is deployed.</summary>
public abstract class WorkflowContract
{
    /// <param name="id">The construct's.</param>
    protected WorkflowContract(SynthesizedApp app, string id)
    {
        Workflow = app.Local.Workflow;
        Machine = Workflow.Find("AWS::StepFunctions::StateMachine", id);
        Definition = JsonNode.Parse(Workflow.Text(Machine["DefinitionString"]))!;
    }

    private protected Template Workflow { get; }

    private protected Resource Machine { get; }

    private protected JsonNode Definition { get; }

    private protected IEnumerable<KeyValuePair<string, JsonNode?>> AllStates => StatesOf(Definition);

    private protected IEnumerable<KeyValuePair<string, JsonNode?>> Tasks => AllStates.Where(state => state.Value!["Type"]!.GetValue<string>() == "Task");

    /// <summary>Not the calls of AWS's own APIs, which know none of our failures.</summary>
    private protected IEnumerable<KeyValuePair<string, JsonNode?>> FunctionTasks =>
        Tasks.Where(task => task.Value!["Resource"]!.GetValue<string>().StartsWith("arn:aws:states:::lambda:invoke", StringComparison.Ordinal));

    [Fact]
    public void Every_placeholder_is_filled() => Definition.ToJsonString().ShouldNotContain("${");

    [Fact]
    public void Permanent_failures_are_never_retried()
    {
        var permanent = typeof(PermanentFailure).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(PermanentFailure)) && !type.IsAbstract).Select(type => type.Name).ToList();

        permanent.ShouldNotBeEmpty();
        foreach (var (name, task) in FunctionTasks)
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
        foreach (var (name, task) in FunctionTasks)
        {
            var retry = task!["Retry"]!.AsArray()[^2]!;
            Strings(retry["ErrorEquals"]).ShouldBe(["Lambda.TooManyRequestsException", "DatastoreThrottled"], name);
            retry["JitterStrategy"]!.GetValue<string>().ShouldBe("FULL", name);
            // Full jitter waits half of the longest delay on average.
            (retry["MaxAttempts"]!.GetValue<int>() * retry["MaxDelaySeconds"]!.GetValue<int>() / 2).ShouldBeGreaterThan(2 * 60 * 60, name);
        }
    }

    [Fact]
    public void Every_task_has_a_timeout_and_so_has_the_whole() =>
        Tasks.Select(task => task.Value).Append(Definition).ShouldAllBe(node => node!["TimeoutSecondsPath"] != null || node["TimeoutSeconds"]!.GetValue<int>() > 0);

    [Fact]
    public virtual void What_remains_after_a_month_without_a_decision_is_asked_again() => ShouldAskAgain("Ask an operator").ShouldBe(30 * 24 * 60 * 60);

    /// <returns>After how long, in seconds; null where the state before says.</returns>
    private protected int? ShouldAskAgain(string after)
    {
        var ask = Definition["States"]!["Ask an operator"]!;

        ask["Retry"]!.AsArray().Single(retry => Strings(retry!["ErrorEquals"]).Contains("States.Timeout"))!["MaxAttempts"]!.GetValue<int>().ShouldBe(0);
        ask["Catch"]![0]!["Next"]!.GetValue<string>().ShouldBe(after);
        return (int?)ask["TimeoutSeconds"];
    }

    [Fact]
    public void Names_of_states_are_unique_as_Step_Functions_requires() => AllStates.Select(state => state.Key).ShouldBeUnique();

    [Fact]
    public void Its_logs_leave_execution_data_out()
    {
        var logging = Machine["LoggingConfiguration"]!;

        logging["IncludeExecutionData"]!.GetValue<bool>().ShouldBeFalse();
        logging["Level"]!.GetValue<string>().ShouldBe("ALL");
        Workflow.Text(Machine["TracingConfiguration"]).ShouldBe("{Enabled: true}");
    }

    private protected static bool IsEveryError(JsonNode handler) => Strings(handler["ErrorEquals"]) is ["States.ALL"];

    private protected static IReadOnlyList<string> Strings(JsonNode? node) => [.. node!.AsArray().Select(item => item!.GetValue<string>())];

    private static IEnumerable<KeyValuePair<string, JsonNode?>> StatesOf(JsonNode scope) => scope["States"]!.AsObject()
        .SelectMany(state => state.Value!["ItemProcessor"] is { } inner ? StatesOf(inner).Prepend(state) : [state]);
}
