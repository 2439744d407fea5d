using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>Which retrier answers an error, how often, and how long it backs off.</summary>
public sealed class RetryPlanTests
{
    [Theory]
    [InlineData("{}", "1 2 4 -")]
    [InlineData("""{"IntervalSeconds":3,"MaxAttempts":2,"BackoffRate":1.5}""", "3 4.5 -")]
    [InlineData("""{"IntervalSeconds":10,"BackoffRate":1}""", "10 10 10 -")]
    [InlineData("""{"MaxAttempts":0}""", "-")]
    [InlineData("""{"MaxAttempts":1}""", "1 -")]
    [InlineData("""{"IntervalSeconds":2,"MaxAttempts":5,"BackoffRate":3,"MaxDelaySeconds":10}""", "2 6 10 10 10 -")]
    [InlineData("""{"IntervalSeconds":2,"MaxAttempts":3,"JitterStrategy":"NONE"}""", "2 4 8 -")]
    [InlineData("""{"IntervalSeconds":99999999,"MaxAttempts":2,"BackoffRate":10}""", "31622400 31622400 -")]
    public void It_backs_off(string fields, string delays) => string.Join(' ', Delays(Plan([fields]), "E", "E", "E", "E", "E", "E")).ShouldStartWith(delays);

    [Theory]
    [InlineData("A B C B", "1 2 5 -", """{"ErrorEquals":["A","B"],"MaxAttempts":2}""", """{"ErrorEquals":["C"],"IntervalSeconds":5}""")]
    [InlineData("A A B A", "1 2 7 4", """{"ErrorEquals":["A"]}""", """{"ErrorEquals":["States.ALL"],"IntervalSeconds":7}""")]
    [InlineData("A B", "- 7", """{"ErrorEquals":["A"],"MaxAttempts":0}""", """{"ErrorEquals":["States.ALL"],"IntervalSeconds":7}""")]
    [InlineData("A A", "1 -", """{"ErrorEquals":["A"],"MaxAttempts":1}""", """{"ErrorEquals":["A"],"IntervalSeconds":7}""")]
    [InlineData("A States.Timeout A", "7 1 14", """{"ErrorEquals":["States.Timeout"]}""", """{"ErrorEquals":["States.TaskFailed"],"IntervalSeconds":7}""")]
    [InlineData("a A", "- 1", """{"ErrorEquals":["A"]}""")]
    [InlineData("A", "-")]
    public void The_first_retrier_that_knows_the_error_answers_and_counts_for_itself(string errors, string delays, params string[] retriers) =>
        string.Join(' ', Delays(Plan(retriers), errors.Split(' '))).ShouldBe(delays);

    [Theory]
    [InlineData("States.ALL", "E", true)]
    [InlineData("States.ALL", "States.Timeout", true)]
    [InlineData("States.ALL", "States.Permissions", true)]
    [InlineData("States.ALL", "States.NoChoiceMatched", true)]
    [InlineData("States.ALL", "States.IntrinsicFailure", true)]
    [InlineData("States.ALL", "States.ExceedToleratedFailureThreshold", true)]
    [InlineData("States.ALL", "States.Runtime", false)]
    [InlineData("States.ALL", "States.DataLimitExceeded", false)]
    [InlineData("States.ALL", null, true)]
    [InlineData("States.TaskFailed", "E", true)]
    [InlineData("States.TaskFailed", "Lambda.Unknown", true)]
    [InlineData("States.TaskFailed", "States.Permissions", true)]
    [InlineData("States.TaskFailed", "States.Timeout", false)]
    [InlineData("States.TaskFailed", "States.Runtime", false)]
    [InlineData("States.Timeout", "States.Timeout", true)]
    [InlineData("States.Timeout", "E", false)]
    [InlineData("States.HeartbeatTimeout", "States.Timeout", false)]
    [InlineData("States.Runtime", "States.Runtime", false)]
    [InlineData("States.DataLimitExceeded", "States.DataLimitExceeded", true)]
    [InlineData("Lambda", "Lambda.Unknown", false)]
    public void A_name_stands_for_errors(string name, string? error, bool matches) => ErrorNames.Match([name], new StateFailure(error, null)).ShouldBe(matches);

    [Theory]
    [InlineData("""{"IntervalSeconds":100,"BackoffRate":1,"MaxAttempts":500,"JitterStrategy":"FULL"}""", 100)]
    [InlineData("""{"IntervalSeconds":1,"BackoffRate":10,"MaxAttempts":500,"MaxDelaySeconds":50,"JitterStrategy":"FULL"}""", 50)]
    public void Full_jitter_is_anywhere_between_nothing_and_the_back_off(string fields, double most)
    {
        var delays = Delays(Plan([fields]), [.. Enumerable.Repeat("E", 500)]).Skip(3).Select(double.Parse).ToArray();

        delays.ShouldAllBe(delay => delay >= 0 && delay < most);
        delays.Min().ShouldBeLessThan(most * 0.05);
        delays.Max().ShouldBeGreaterThan(most * 0.95);
        delays.Average().ShouldBeInRange(most * 0.4, most * 0.6);
    }

    private static IEnumerable<string> Delays(RetryPlan plan, params string[] errors) =>
        errors.Select(error => plan.Next(new StateFailure(error, null)) is { } delay ? delay.TotalSeconds.ToString() : "-");

    private static RetryPlan Plan(string[] retriers)
    {
        var json = string.Join(',', retriers.Select(retrier => retrier.Contains("ErrorEquals", StringComparison.Ordinal) ? retrier
            : retrier.Replace("{", """{"ErrorEquals":["States.ALL"],""", StringComparison.Ordinal).Replace(",}", "}", StringComparison.Ordinal)));
        var problems = new Problems();
        var read = FaultReader.Retriers(new FieldReader((Newtonsoft.Json.Linq.JObject)Json.Parse($$"""{"Retry":[{{json}}]}"""), "/", problems));
        problems.ThrowIfAny();
        return new RetryPlan(read, new Chance(new Random(3)));
    }
}
