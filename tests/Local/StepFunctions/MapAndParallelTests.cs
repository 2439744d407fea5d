using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class MapAndParallelTests
{
    [Theory]
    [InlineData(""" "MaxConcurrency":2, """, 5, 30)]
    [InlineData(""" "MaxConcurrencyPath":"$.most", """, 9, 30)]
    [InlineData("", 40, 10)]
    [InlineData(""" "MaxConcurrency":0, """, 41, 20)]
    public async Task A_map_runs_as_many_items_at_once_as_it_may_and_40_at_most(string concurrency, int items, int seconds)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Map("""{"W":{"Type":"Wait","Seconds":10,"End":true}}""", concurrency), $$"""{"most":3,"items":[{{string.Join(',', Enumerable.Range(0, items))}}]}""");

        execution.Standing.Status.ShouldBe(ExecutionStatus.Succeeded);
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(seconds));
    }

    [Fact]
    public async Task Results_are_in_the_order_of_the_items_whoever_is_first()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Map("""{"W":{"Type":"Wait","SecondsPath":"$","End":true}}"""), """{"items":[3,1,2]}""");

        execution.Standing.Output.ShouldBe("[3,1,2]");
    }

    [Fact]
    public async Task The_first_failure_stops_the_other_items_at_once()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Map("""
            {"W":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":1,"Next":"Long"}],"Default":"Short"},
             "Long":{"Type":"Wait","Seconds":3600,"End":true},"Short":{"Type":"Wait","Seconds":1,"Next":"F"},"F":{"Type":"Fail","Error":"Broken","Cause":"item"}}
            """), """{"items":[1,2]}""");

        execution.Standing.ShouldBe(new Standing(ExecutionStatus.Failed, StateMachineHarness.Start.AddSeconds(1), null, "Broken", "item"));
        var types = StateMachineHarness.Types(execution);
        types.ShouldContain("WaitStateAborted");
        types.ShouldContain("MapIterationAborted");
        types[^2..].ShouldBe(["MapStateFailed", "ExecutionFailed"]);
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 2, 2, 11)]
    [InlineData(2, 1, 2, 1)]
    [InlineData(2, 3, 4, 11)]
    [InlineData(3, 5, 6, 11)]
    [InlineData(0, 1, 6, 1)]
    public async Task No_queued_item_starts_after_a_failure(int concurrency, int failing, int started, int seconds)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(
            Map("""
            {"W":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":FAILING,"Next":"Short"}],"Default":"Long"},
             "Long":{"Type":"Wait","Seconds":10,"End":true},"Short":{"Type":"Wait","Seconds":1,"Next":"F"},"F":{"Type":"Fail","Error":"Broken"}}
            """.Replace("FAILING", failing.ToString()), $""" "MaxConcurrency":{concurrency}, """), """{"items":[1,2,3,4,5,6]}""");

        execution.Standing.Error.ShouldBe("Broken");
        StateMachineHarness.Types(execution).Count(type => type == "MapIterationStarted").ShouldBe(started);
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(seconds));
    }

    [Fact]
    public async Task No_state_of_another_branch_starts_after_a_failure()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync("""
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
              {"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":1,"Next":"F"},"F":{"Type":"Fail","Error":"Broken"}}},
              {"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":2,"Next":"T"},"T":{"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:000000000000:function:f","End":true}}}]}}}
            """);

        execution.Standing.Error.ShouldBe("Broken");
        cloud.Functions.Calls.ShouldBeEmpty();
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(1));
    }

    [Fact]
    public async Task An_empty_map_has_an_empty_result()
    {
        await using var cloud = new StateMachineHarness();

        (await cloud.RunAsync(Map("""{"W":{"Type":"Succeed"}}"""), """{"items":[]}""")).Standing.Output.ShouldBe("[]");
    }

    [Fact]
    public async Task A_map_in_the_old_words_nests_and_knows_its_innermost_item()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync("""
            {"StartAt":"Outer","States":{"Outer":{"Type":"Map","ItemsPath":"$.rows","End":true,"Iterator":{"StartAt":"Inner","States":{
              "Inner":{"Type":"Map","Parameters":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value"},"End":true,
                "Iterator":{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"given.$":"$","seen.$":"$$.Map.Item.Value"},"End":true}}}}}}}}}
            """, """{"rows":[["a"],["b","c"]]}""");

        execution.Standing.Output.ShouldBe("""[[{"given":{"i":0,"v":"a"},"seen":"a"}],[{"given":{"i":0,"v":"b"},"seen":"b"},{"given":{"i":1,"v":"c"},"seen":"c"}]]""");
    }

    [Fact]
    public async Task Branches_run_side_by_side_on_the_same_input()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync("""
            {"StartAt":"P","States":{"P":{"Type":"Parallel","Parameters":{"n.$":"$.n"},"ResultSelector":{"first.$":"$[0]","second.$":"$[1]"},"ResultPath":"$.both","End":true,"Branches":[
              {"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":10,"End":true}}},
              {"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":7,"Next":"C"},"C":{"Type":"Pass","Result":"c","End":true}}}]}}}
            """, """{"n":1}""");

        execution.Standing.Output.ShouldBe("""{"n":1,"both":{"first":{"n":1},"second":"c"}}""");
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(10));
    }

    [Fact]
    public async Task A_parallel_state_is_retried_and_then_caught_as_a_whole()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync("""
            {"StartAt":"P","States":{
              "P":{"Type":"Parallel","End":true,"Retry":[{"ErrorEquals":["Broken"],"IntervalSeconds":5,"MaxAttempts":1}],"Catch":[{"ErrorEquals":["Broken"],"ResultPath":"$.e","Next":"Q"}],
                "Branches":[{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"Broken"}}}]},
              "Q":{"Type":"Pass","End":true}}}
            """, """{"n":1}""");

        execution.Standing.Output.ShouldBe("""{"n":1,"e":{"Error":"Broken","Cause":null}}""");
        StateMachineHarness.Types(execution).ShouldBe([
            "ExecutionStarted", "ParallelStateEntered", "ParallelStateStarted", "FailStateEntered", "ParallelStateStarted", "FailStateEntered",
            "ParallelStateFailed", "ParallelStateExited", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]);
    }

    [Fact]
    public async Task Hundreds_of_executions_run_at_once()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.FailTimes(20, "Throttled", "1");
        var machine = cloud.Create(Map("""
            {"W":{"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:000000000000:function:f","Retry":[{"ErrorEquals":["Throttled"],"MaxAttempts":200,"JitterStrategy":"FULL"}],"End":true}}
            """));

        var executions = Enumerable.Range(0, 300).Select(_ => cloud.Get<ServerlessGdpr.Local.StepFunctions.Executions>().Start(machine.Arn, null, """{"items":[60,50,40]}""")).ToList();
        foreach (var execution in executions) await cloud.EndAsync(execution);

        executions.ShouldAllBe(execution => execution.Standing.Output == "[1,1,1]");
        cloud.Functions.Calls.Count.ShouldBe(900 + 20);
    }

    private static string Map(string states, string fields = "") => """
        {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items", FIELDS "ItemProcessor":{"ProcessorConfig":{"Mode":"INLINE"},"StartAt":"W","States": STATES },"End":true}}}
        """.Replace("FIELDS", fields).Replace("STATES", states);
}
