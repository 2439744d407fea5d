using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>262,144 bytes of UTF-8 for every input, output and parameter, and 25,000 events for every execution.</summary>
public sealed class LimitTests
{
    private const int Most = 262_144;
    private const string Pass = """ {"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}} """;

    /// <param name="fields">A state that gets a long text as <c>$.t</c>.</param>
    /// <param name="largest">The largest document that it makes, with TEXT for that text.</param>
    [Theory]
    [InlineData(""" "Type":"Pass","Parameters":{"a.$":"$.t","b":"xx"},"End":true """, """{"a":"TEXT","b":"xx"}""")]
    [InlineData(""" "Type":"Pass","Result":1,"ResultPath":"$.r","End":true """, """{"t":"TEXT","r":1}""")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},"ResultPath":null,"End":true """, """{"FunctionName":"f","Payload":{"t":"TEXT"}}""")]
    [InlineData(""" "Type":"Task","Resource":"arn:aws:lambda:eu-west-1:000000000000:function:f","ResultSelector":{"n.$":"$"},"ResultPath":"$.r","End":true """, """{"t":"TEXT","r":{"n":1}}""")]
    [InlineData(""" "Type":"Parallel","Branches":[PASS],"End":true """, """[{"t":"TEXT"}]""")]
    [InlineData(""" "Type":"Map","ItemsPath":"$$.Execution.Input.items","ItemSelector":{"t.$":"$.t"},"ItemProcessor":PASS,"End":true """, """[{"t":"TEXT"},{"t":"TEXT"}]""")]
    public async Task A_state_may_make_as_much_as_the_limit_and_no_more(string fields, string largest)
    {
        var times = largest.Split("TEXT").Length - 1;
        var length = (Most - largest.Length + (4 * times)) / times;

        (await EndAsync(fields, length)).ShouldBe("SUCCEEDED");
        (await EndAsync(fields, length + 1)).ShouldBe("States.DataLimitExceeded: The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit.");
    }

    /// <param name="fields">A state that makes an input of twice the text, of which nothing is left in its output.</param>
    [Theory]
    [InlineData(""" "Type":"Pass","Parameters":{"a.$":"$.t","b.$":"$.t"},"ResultPath":null,"OutputPath":"$.items","End":true """)]
    [InlineData(""" "Type":"Parallel","Parameters":{"a.$":"$.t","b.$":"$.t"},"Branches":[SMALL],"End":true """)]
    [InlineData(""" "Type":"Map","ItemsPath":"$.items","ItemSelector":{"a.$":"$.t","b.$":"$.t"},"ItemProcessor":SMALL,"End":true """)]
    public async Task What_parameters_make_of_an_input_is_limited_too(string fields)
    {
        const string Small = """ {"StartAt":"P","States":{"P":{"Type":"Pass","Result":1,"End":true}}} """;
        var length = (Most - """{"a":"","b":""}""".Length) / 2;

        (await EndAsync(fields.Replace("SMALL", Small, StringComparison.Ordinal), length)).ShouldBe("SUCCEEDED");
        (await EndAsync(fields.Replace("SMALL", Small, StringComparison.Ordinal), length + 1)).ShouldStartWith("States.DataLimitExceeded: The state/task 'S' ");
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_functions_answer_counts_in_bytes_not_in_characters(int beyond, bool succeeds)
    {
        await using var cloud = new StateMachineHarness();
        var answer = $"\"{new string('é', (Most - 4) / 2)}{new string('x', 2 + beyond)}\"";
        cloud.Functions.Answer = (_, _) => Task.FromResult(new FunctionAnswer(answer, null));

        var execution = await cloud.RunAsync("""{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:000000000000:function:f","End":true}}}""");

        execution.Standing.Error.ShouldBe(succeeds ? null : "States.DataLimitExceeded");
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task An_executions_input_may_have_as_much(int beyond, bool accepted)
    {
        await using var cloud = new StateMachineHarness();
        var start = () => cloud.Begin(Pass, $"\"{new string('x', Most - 2 + beyond)}\"");

        if (accepted) start().Input.Length.ShouldBe(Most);
        else Should.Throw<AwsError>(start).Code.ShouldBe("ValidationException");
    }

    [Theory]
    [InlineData("""{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}""", 0)]
    [InlineData("""{"StartAt":"P","States":{"P":{"Type":"Parallel","Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}],"End":true,"Branches":[{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}]},"C":{"Type":"Succeed"}}}""", 0)]
    [InlineData("""{"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}],"End":true},"C":{"Type":"Succeed"}}}""", 7000)]
    public async Task The_25000th_event_is_the_end_and_nothing_catches_it(string definition, int items)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(definition, $"[{string.Join(',', Enumerable.Range(0, items))}]");

        execution.History.Events.Count.ShouldBe(25_000);
        execution.History.Events[^1].Body.Type.ShouldBe("ExecutionFailed");
        execution.Standing.Error.ShouldBe("States.Runtime");
        execution.Standing.Cause.ShouldBe("The execution reached the maximum number of history events (25000).");
    }

    private static async Task<string> EndAsync(string fields, int length)
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.Answer = (_, _) => Task.FromResult(new FunctionAnswer("1", null));
        var items = fields.Contains("items", StringComparison.Ordinal) ? ""","items":[1,2]""" : "";
        var execution = await cloud.RunAsync($$"""{"StartAt":"S","States":{"S":{ {{fields.Replace("PASS", Pass, StringComparison.Ordinal)}} } } }""", $$"""{"t":"{{new string('x', length)}}"{{items}}}""");
        return execution.Standing.Status == ExecutionStatus.Succeeded ? execution.Standing.StatusName : StateMachineHarness.Result(execution);
    }
}
