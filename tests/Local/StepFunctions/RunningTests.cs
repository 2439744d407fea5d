using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class RunningTests
{
    private const string Invoke = """ "Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"erase","Payload.$":"$"} """;

    [Fact]
    public async Task A_function_is_invoked_with_its_payload_and_its_answer_is_the_payload_of_the_result()
    {
        await using var cloud = new StateMachineHarness();

        var output = await cloud.StateAsync($$$"""{{{Invoke}}},"OutputPath":"$.Payload","End":true""", """{"a":1.50}""");

        output.ShouldBe("""{"a":1.50}""");
        cloud.Functions.Calls.ShouldBe([("arn:aws:lambda:eu-west-1:000000000000:function:erase", """{"a":1.50}""")]);
    }

    [Fact]
    public async Task A_wait_of_a_year_passes_on_the_virtual_clock()
    {
        await using var cloud = new StateMachineHarness();

        await cloud.RunAsync("""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":31000000,"End":true}}}""");

        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(31_000_000));
    }

    [Fact]
    public async Task Retries_back_off_and_then_the_catcher_takes_the_error()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.FailTimes(99, "Throttled");

        var execution = await cloud.RunAsync($$$"""
            {"StartAt":"T","States":{
              "T":{ {{{Invoke}}},"Retry":[{"ErrorEquals":["Throttled"],"IntervalSeconds":2,"MaxAttempts":3,"BackoffRate":3,"MaxDelaySeconds":10}],
                    "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.failure","Next":"P"}],"End":true},
              "P":{"Type":"Pass","End":true} } }
            """, """{"kept":true}""");

        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(2 + 6 + 10));
        cloud.Functions.Calls.Count.ShouldBe(4);
        execution.Standing.Output.ShouldBe("""{"kept":true,"failure":{"Error":"Throttled","Cause":"{\"errorType\":\"Throttled\",\"errorMessage\":\"no\"}"}}""");
    }

    [Fact]
    public async Task A_map_runs_each_item_and_keeps_their_order()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync($$$"""
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemSelector":{"v.$":"$$.Map.Item.Value","i.$":"$$.Map.Item.Index","k.$":"$.k"},
              "ItemProcessor":{"StartAt":"T","States":{"T":{ {{{Invoke}}},"ResultSelector":{"p.$":"$.Payload"},"OutputPath":"$.p","End":true} } },"ResultPath":"$.results","End":true} } }
            """, """{"items":["a","b","c"],"k":9}""");

        execution.Standing.Output.ShouldBe("""{"items":["a","b","c"],"k":9,"results":[{"v":"a","i":0,"k":9},{"v":"b","i":1,"k":9},{"v":"c","i":2,"k":9}]}""");
    }

    [Fact]
    public async Task A_fail_state_fails_the_execution_with_its_error_and_cause()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync("""{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Gone","CausePath":"States.Format('no {}', $.what)"}}}""", """{"what":"way"}""");

        execution.Standing.ShouldBe(new Standing(ExecutionStatus.Failed, cloud.Time.GetUtcNow(), null, "Gone", "no way"));
    }
}
