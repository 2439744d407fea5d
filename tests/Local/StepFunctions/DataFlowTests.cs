using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class DataFlowTests
{
    private const string At = "An error occurred while executing the state 'S' (entered at the event id #2). ";

    [Theory]
    [InlineData(""" "Type":"Pass","End":true """, """{"a":1}""", """{"a":1}""")]
    [InlineData(""" "Type":"Pass","Result":{"r":[1]},"ResultPath":"$.x","End":true """, """{"a":1}""", """{"a":1,"x":{"r":[1]}}""")]
    [InlineData(""" "Type":"Pass","Result":7,"ResultPath":null,"End":true """, """{"a":1}""", """{"a":1}""")]
    [InlineData(""" "Type":"Pass","InputPath":"$.a","End":true """, """{"a":{"b":1}}""", """{"b":1}""")]
    [InlineData(""" "Type":"Pass","InputPath":null,"End":true """, """{"a":1}""", "{}")]
    [InlineData(""" "Type":"Pass","OutputPath":null,"End":true """, """{"a":1}""", "{}")]
    [InlineData(""" "Type":"Pass","InputPath":"$.a","ResultPath":"$.c","OutputPath":"$.c","End":true """, """{"a":{"b":1}}""", """{"b":1}""")]
    [InlineData(""" "Type":"Pass","InputPath":"$.a","Parameters":{"x.$":"$.b","y":"$.b","z":[{"w.$":"States.Format('{}!',$.b)"}]},"End":true """, """{"a":{"b":1}}""", """{"x":1,"y":"$.b","z":[{"w":"1!"}]}""")]
    [InlineData(""" "Type":"Pass","InputPath":"$$.State.Name","End":true """, "{}", "\"S\"")]
    [InlineData(""" "Type":"Succeed","InputPath":"$.a","OutputPath":"$.b" """, """{"a":{"b":1}}""", "1")]
    [InlineData(""" "Type":"Wait","Seconds":0,"InputPath":"$.a","OutputPath":"$.b","End":true """, """{"a":{"b":1}}""", "1")]
    [InlineData(""" "Type":"Pass","Parameters":{"id.$":"$$.Execution.Name","machine.$":"$$.StateMachine.Name","at.$":"$$.State.EnteredTime","start.$":"$$.Execution.StartTime","in.$":"$$.Execution.Input.a","role.$":"$$.Execution.RoleArn"},"ResultPath":"$.c","OutputPath":"$.c.machine","End":true """, """{"a":1}""", "\"machine-1\"")]
    public async Task Data_passes_through_a_state(string fields, string input, string output)
    {
        await using var cloud = new StateMachineHarness();

        (await cloud.StateAsync(fields, input)).ShouldBe(output);
    }

    [Theory]
    [InlineData(""" "Type":"Pass","InputPath":"$.no","End":true """, "States.Runtime: " + At + "Invalid path '$.no' : No results for path: $['no']")]
    [InlineData(""" "Type":"Pass","InputPath":"$.no.way","End":true """, "States.Runtime: " + At + "Invalid path '$.no.way' : Missing property in path $['no']")]
    [InlineData(""" "Type":"Pass","InputPath":"$.no[*]","End":true """, "States.Runtime: " + At + "Invalid path '$.no[*]' : No results for path: $['no']")]
    [InlineData(""" "Type":"Pass","OutputPath":"$.no","End":true """, "States.Runtime: " + At + "Invalid path '$.no' : No results for path: $['no']")]
    [InlineData(""" "Type":"Pass","Parameters":{"x.$":"$.no"},"End":true """, "States.Runtime: " + At + "The JSONPath '$.no' specified for the field 'x.$' could not be found in the input '{}'")]
    [InlineData(""" "Type":"Wait","SecondsPath":"$.no","End":true """, "States.Runtime: " + At + "The SecondsPath parameter does not reference an input value: $.no")]
    [InlineData(""" "Type":"Fail","ErrorPath":"$.no" """, "States.Runtime: " + At + "The JSONPath '$.no' specified for the field 'ErrorPath' could not be found in the input '{}'")]
    [InlineData(""" "Type":"Map","ItemsPath":"$$.State.Name","Iterator":{"StartAt":"P","States":{"P":{"Type":"Succeed"}}},"End":true """, "States.Runtime: " + At + "Reference path \"$$.State.Name\" must point to array.")]
    [InlineData(""" "Type":"Pass","Result":1,"ResultPath":"$.a[0]","End":true """, "States.ResultPathMatchFailure: " + At + "Unable to apply step \"0\" to input {}")]
    public async Task What_a_state_needs_and_does_not_find_fails_the_execution(string fields, string failure)
    {
        await using var cloud = new StateMachineHarness();

        (await cloud.StateAsync(fields)).ShouldBe(failure);
    }

    [Theory]
    [InlineData(""" "Type":"Wait","Seconds":90,"End":true """, "{}", "2026-01-31T12:01:30Z")]
    [InlineData(""" "Type":"Wait","SecondsPath":"$.s","End":true """, """{"s":5}""", "2026-01-31T12:00:05Z")]
    [InlineData(""" "Type":"Wait","Timestamp":"2026-02-28T00:00:00+01:00","End":true """, "{}", "2026-02-27T23:00:00Z")]
    [InlineData(""" "Type":"Wait","TimestampPath":"$.t","End":true """, """{"t":"2026-03-01T00:00:00Z"}""", "2026-03-01T00:00:00Z")]
    [InlineData(""" "Type":"Wait","Timestamp":"2025-01-01T00:00:00Z","End":true """, "{}", "2026-01-31T12:00:00Z")]
    public async Task A_wait_ends_at_its_instant(string fields, string input, string end)
    {
        await using var cloud = new StateMachineHarness();

        await cloud.StateAsync(fields, input);

        cloud.Time.GetUtcNow().ShouldBe(DateTimeOffset.Parse(end));
    }

    [Theory]
    [InlineData("""{"s":-1}""", "The SecondsPath parameter references a negative value: $.s == -1")]
    [InlineData("""{"s":1.5}""", "The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5")]
    [InlineData("""{"s":100000000}""", "Wait state delay is too long.")]
    public async Task A_wait_without_a_sensible_length_fails(string input, string cause)
    {
        await using var cloud = new StateMachineHarness();

        (await cloud.StateAsync(""" "Type":"Wait","SecondsPath":"$.s","End":true """, input)).ShouldBe($"States.Runtime: {At}{cause}");
    }
}
