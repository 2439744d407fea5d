using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class ChoiceTests
{
    private const string Input = """
        {"s":"abc","n":5,"f":5.0,"big":12345678901234567890,"b":true,"t":"2026-01-31T12:00:00Z","null":null,"o":{"s":"abc"},"t2":"2026-01-31T13:00:00+01:00","star":"a*b"}
        """;

    [Theory]
    [InlineData(""" "Variable":"$.s","StringEquals":"abc" """, true)]
    [InlineData(""" "Variable":"$.s","StringEquals":"abd" """, false)]
    [InlineData(""" "Variable":"$.n","StringEquals":"5" """, false)]
    [InlineData(""" "Variable":"$.s","StringLessThan":"abd" """, true)]
    [InlineData(""" "Variable":"$.s","StringGreaterThan":"ABC" """, true)]
    [InlineData(""" "Variable":"$.s","StringGreaterThanEquals":"abc" """, true)]
    [InlineData(""" "Variable":"$.s","StringLessThanEquals":"abb" """, false)]
    [InlineData(""" "Variable":"$.s","StringEqualsPath":"$.o.s" """, true)]
    [InlineData(""" "Variable":"$.s","StringMatches":"a*c" """, true)]
    [InlineData(""" "Variable":"$.s","StringMatches":"*" """, true)]
    [InlineData(""" "Variable":"$.s","StringMatches":"*b" """, false)]
    [InlineData(""" "Variable":"$.s","StringMatches":"*b*" """, true)]
    [InlineData(""" "Variable":"$.s","StringMatches":"a\\*c" """, false)]
    [InlineData(""" "Variable":"$.star","StringMatches":"a\\*b" """, true)]
    [InlineData(""" "Variable":"$.n","NumericEquals":5 """, true)]
    [InlineData(""" "Variable":"$.f","NumericEquals":5 """, true)]
    [InlineData(""" "Variable":"$.n","NumericEqualsPath":"$.f" """, true)]
    [InlineData(""" "Variable":"$.big","NumericGreaterThan":12345678901234567889 """, true)]
    [InlineData(""" "Variable":"$.n","NumericLessThan":5 """, false)]
    [InlineData(""" "Variable":"$.n","NumericLessThanEquals":5 """, true)]
    [InlineData(""" "Variable":"$.n","NumericGreaterThanEquals":5.1 """, false)]
    [InlineData(""" "Variable":"$.s","NumericEquals":5 """, false)]
    [InlineData(""" "Variable":"$.b","BooleanEquals":true """, true)]
    [InlineData(""" "Variable":"$.b","BooleanEqualsPath":"$.b" """, true)]
    [InlineData(""" "Variable":"$.s","BooleanEquals":true """, false)]
    [InlineData(""" "Variable":"$.t","TimestampEqualsPath":"$.t2" """, true)]
    [InlineData(""" "Variable":"$.t","TimestampLessThan":"2026-02-01T00:00:00Z" """, true)]
    [InlineData(""" "Variable":"$.t","TimestampGreaterThan":"2026-02-01T00:00:00Z" """, false)]
    [InlineData(""" "Variable":"$.s","TimestampGreaterThan":"2026-02-01T00:00:00Z" """, false)]
    [InlineData(""" "Variable":"$.null","IsNull":true """, true)]
    [InlineData(""" "Variable":"$.s","IsNull":false """, true)]
    [InlineData(""" "Variable":"$.s","IsPresent":true """, true)]
    [InlineData(""" "Variable":"$.no.way","IsPresent":true """, false)]
    [InlineData(""" "Variable":"$.no","IsPresent":false """, true)]
    [InlineData(""" "Variable":"$.null","IsPresent":true """, true)]
    [InlineData(""" "Variable":"$.n","IsNumeric":true """, true)]
    [InlineData(""" "Variable":"$.s","IsString":true """, true)]
    [InlineData(""" "Variable":"$.b","IsBoolean":true """, true)]
    [InlineData(""" "Variable":"$.t","IsTimestamp":true """, true)]
    [InlineData(""" "Variable":"$.s","IsTimestamp":true """, false)]
    [InlineData(""" "Variable":"$$.Execution.Input.n","NumericEquals":5 """, true)]
    [InlineData(""" "And":[{"Variable":"$.n","NumericEquals":5},{"Variable":"$.b","BooleanEquals":false}] """, false)]
    [InlineData(""" "Or":[{"Variable":"$.n","NumericEquals":6},{"Variable":"$.b","BooleanEquals":true}] """, true)]
    [InlineData(""" "Not":{"Variable":"$.n","NumericEquals":5} """, false)]
    [InlineData(""" "And":[{"Variable":"$.no","IsPresent":true},{"Variable":"$.no","StringEquals":"x"}] """, false)]
    public async Task A_rule_matches_or_does_not(string rule, bool matches)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Definition(rule, """ ,"Default":"No" """), Input);

        execution.Standing.Output.ShouldBe(matches ? "\"yes\"" : "\"no\"");
    }

    [Fact]
    public async Task The_first_rule_that_matches_decides()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Definition(""" "Variable":"$.n","NumericGreaterThan":1,"Next":"No"},{"Variable":"$.n","NumericGreaterThan":2 """, ""), Input);

        execution.Standing.Output.ShouldBe("\"no\"");
    }

    [Fact]
    public async Task Without_a_match_and_a_default_the_execution_fails()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Definition(""" "Variable":"$.n","NumericEquals":6,"Next":"No"},{"Variable":"$.n","NumericEquals":7 """, ""), Input);

        execution.Standing.Error.ShouldBe("States.NoChoiceMatched");
    }

    [Fact]
    public async Task A_rule_about_what_is_not_there_fails_the_execution()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Definition(""" "Variable":"$.no","StringEquals":"x" """, """ ,"Default":"No" """), Input);

        execution.Standing.Error.ShouldBe("States.Runtime");
        execution.Standing.Cause.ShouldBe("An error occurred while executing the state 'C' (entered at the event id #2). Invalid path '$.no': The choice state's condition path references an invalid value.");
    }

    private static string Definition(string rule, string rest) => """
        {"StartAt":"C","States":{
          "C":{"Type":"Choice","Choices":[{ RULE ,"Next":"Yes"}] REST },
          "Yes":{"Type":"Pass","Result":"yes","End":true},
          "No":{"Type":"Pass","Result":"no","End":true}}}
        """.Replace("RULE", rule).Replace("REST", rest);
}
