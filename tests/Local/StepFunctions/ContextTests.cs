using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>What <c>$$</c> holds, and where.</summary>
public sealed class ContextTests
{
    private const string Always = "Execution[Id,Input,Name,RoleArn,StartTime,RedriveCount]";
    private const string Machine = "StateMachine[Id,Name]";

    [Theory]
    [InlineData(""" "Type":"Pass","InputPath":"$$","End":true """, "$", $"{Always} State[EnteredTime,Name] {Machine}")]
    [InlineData(""" "Type":"Succeed","OutputPath":"$$" """, "$", $"{Always} State[EnteredTime,Name] {Machine}")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:lambda:eu-west-1:000000000000:function:f","Parameters":{"c.$":"$$"},"End":true """, "$.c", $"{Always} State[EnteredTime,Name,RetryCount] {Machine}")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:lambda:eu-west-1:000000000000:function:f","ResultSelector":{"c.$":"$$"},"End":true """, "$.c", $"{Always} State[EnteredTime,Name,RetryCount] {Machine}")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"answer","Payload.$":"$$"},"End":true """, "$", $"{Always} State[EnteredTime,Name,RetryCount] {Machine} Task[Token]")]
    [InlineData(""" "Type":"Map","ItemsPath":"$.items","ItemSelector":{"c.$":"$$"},"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Succeed"}}},"End":true """, "$[1].c", $"{Always} State[EnteredTime,Name,RetryCount] {Machine} Map[Item]")]
    [InlineData(""" "Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","InputPath":"$$","End":true}}},"End":true """, "$[1]", $"{Always} State[EnteredTime,Name] {Machine} Map[Item]")]
    [InlineData(""" "Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Succeed"}}},"ResultSelector":{"c.$":"$$"},"End":true """, "$.c", $"{Always} State[EnteredTime,Name,RetryCount] {Machine}")]
    [InlineData(""" "Type":"Map","ItemsPath":"$.items","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","InputPath":"$$","End":true}}},"End":true """, "$[0]", $"{Always} State[EnteredTime,Name] {Machine}")]
    public async Task It_has(string fields, string at, string members)
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.Answer = (_, payload) =>
        {
            if (JsonNode.Parse(payload)?["Task"]?["Token"] is { } token) cloud.Get<TaskTokens>().End((string)token!, new(payload, null));
            return Task.FromResult(new FunctionAnswer(payload, null));
        };

        var output = await cloud.StateAsync(fields, """{"items":["a","b"]}""");

        var context = (JsonObject)JsonNode.Parse(JsonPath.Parse(at).Find(Scope(output))!.ToString())!;
        string.Join(' ', context.Select(member => $"{member.Key}[{string.Join(',', member.Value!.AsObject().Select(inner => inner.Key))}]")).ShouldBe(members);
    }

    [Theory]
    [InlineData("$$.Execution.Id", "\"arn:aws:states:eu-west-1:000000000000:execution:machine-1:e1\"")]
    [InlineData("$$.Execution.Name", "\"e1\"")]
    [InlineData("$$.Execution.Input.wait", "90")]
    [InlineData("$$.Execution.StartTime", "\"2026-01-31T12:00:00.000Z\"")]
    [InlineData("$$.Execution.RoleArn", "\"arn:aws:iam::000000000000:role/workflow\"")]
    [InlineData("$$.State.Name", "\"P\"")]
    [InlineData("$$.State.EnteredTime", "\"2026-01-31T12:01:30.000Z\"")]
    [InlineData("$$.StateMachine.Id", "\"arn:aws:states:eu-west-1:000000000000:stateMachine:machine-1\"")]
    [InlineData("$$.StateMachine.Name", "\"machine-1\"")]
    [InlineData("$$..Name", """["e1","P","machine-1"]""")]
    public async Task A_state_reads(string path, string value)
    {
        await using var cloud = new StateMachineHarness();
        var execution = cloud.Begin($$"""{"StartAt":"W","States":{"W":{"Type":"Wait","SecondsPath":"$.wait","Next":"P"},"P":{"Type":"Pass","Parameters":{"v.$":"{{path}}"},"OutputPath":"$.v","End":true} } }""", """{"wait":90}""", "e1");

        await cloud.EndAsync(execution);

        StateMachineHarness.Result(execution).ShouldBe(value);
    }

    [Fact]
    public async Task A_child_of_a_map_run_is_an_execution_of_its_own()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(DistributedMapTests.Map("""{"P":{"Type":"Pass","InputPath":"$$","End":true}}""", """ "Label":"rows", """), "[7]");

        var child = cloud.Get<Executions>().Of(cloud.Get<MapRuns>().Of(execution).Single()).Single();
        var context = JsonNode.Parse(execution.Standing.Output!)![0]!;
        ((string)context["Execution"]!["Id"]!, (int)context["Execution"]!["Input"]!).ShouldBe((child.Arn, 7));
        ((string)context["StateMachine"]!["Id"]!).ShouldBe("arn:aws:states:eu-west-1:000000000000:stateMachine:machine-1/rows");
    }

    private static EvaluationScope Scope(string output) =>
        new(Json.Parse(output), () => [], new(new Random(1)));
}
