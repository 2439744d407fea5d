using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.Toolchain;
using Shouldly;
using Xunit;
using Repository = ServerlessGdpr.Tests.Support.Repository;

namespace ServerlessGdpr.Tests.Local.StepFunctions.Referee;

/// <summary>
/// The same state machines here and in aws-local-stepfunctions. Where that library is right, both end as the table says; where it is wrong, it still is:
/// a line that no longer needs its reason fails.
/// </summary>
public sealed class RefereeTests(RefereeTests.Library library) : IClassFixture<RefereeTests.Library>
{
    public static TheoryData<int, string, string> Cases => [.. RefereeCases.All.Select((one, number) => (number, one.Subject, one.Text))];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_ends_as_on_AWS_and_as_in_the_library_where_that_is_right(int number, string subject, string line)
    {
        var one = RefereeCases.All[number];

        var ours = await RunAsync(one);

        ours.ShouldBe(one.Expected, $"{subject}: {line}");
        if (one.Expected.Refused is { } problem) ours.Refused!.ShouldContain(problem);
        var theirs = library.Ends[number];
        if (one.Differs is null) theirs.ShouldBe(one.Expected, line);
        else theirs.ShouldNotBe(one.Expected, line);
    }

    [Fact]
    public void Every_reason_is_one_of_those_given_and_every_one_is_needed() =>
        RefereeCases.All.Select(one => one.Differs).OfType<string>().Distinct().ShouldBe(RefereeCases.Reasons, ignoreOrder: true);

    private static async Task<RefereeEnd> RunAsync(RefereeCase one)
    {
        await using var cloud = new StateMachineHarness();
        var calls = new Dictionary<string, int>();
        cloud.Functions.Answer = (function, payload) => Task.FromResult(Answer(one, calls, function.Split(':')[^1], payload));
        try
        {
            var standing = (await cloud.RunAsync(one.Definition, one.Input)).Standing;
            return standing.Output is null ? new RefereeEnd(Failed: true, Error: standing.Error) : new RefereeEnd(Json.Parse(standing.Output));
        }
        catch (AwsError refusal) when (refusal.Code == "InvalidDefinition")
        {
            return new RefereeEnd(Refused: refusal.Message);
        }
    }

    private static FunctionAnswer Answer(RefereeCase one, Dictionary<string, int> calls, string function, string payload)
    {
        if (one.Answers?[function] is not JArray answers) return new FunctionAnswer(payload, null);
        int call;
        lock (calls) calls[function] = 1 + (call = calls.GetValueOrDefault(function));
        var answer = answers[Math.Min(call, answers.Count - 1)];
        return answer["error"] is { } error ? new FunctionAnswer($$"""{"errorType":"{{error}}"}""", "Unhandled") : new FunctionAnswer(Json.Text(answer["result"]!), null);
    }

    /// <summary>How every case ends in the library, which one process of Node runs through.</summary>
    public sealed class Library : IAsyncLifetime
    {
        internal IReadOnlyList<RefereeEnd> Ends { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            var file = Path.GetTempFileName();
            try
            {
                await File.WriteAllTextAsync(file, Json.Text(new JArray(RefereeCases.All.Select(Ask))), TestContext.Current.CancellationToken);
                string[] arguments = [Repository.PathOf("tests", "Local", "StepFunctions", "Referee", "run-cases.mjs"), file];
                var result = (await ToolProcess.RunAsync("node", arguments, Repository.Root, null, TestContext.Current.CancellationToken)).ShouldNotBeNull("There is no node.");
                result.Succeeded.ShouldBeTrue(result.Errors);
                Ends = [.. ((JArray)Json.Parse(result.Output)).Select(Read)];
            }
            finally
            {
                File.Delete(file);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static JObject Ask(RefereeCase one) => new()
        {
            ["definition"] = Json.Parse(one.Definition),
            ["input"] = Json.Parse(one.Input),
            ["answers"] = one.Answers?.DeepClone(),
            ["validate"] = one.Expected.Refused is not null,
        };

        private static RefereeEnd Read(JToken end) => end["refused"] is not null ? new RefereeEnd(Refused: "")
            : ((JObject)end).ContainsKey("error") ? new RefereeEnd(Failed: true, Error: (string?)end["error"])
            : new RefereeEnd(end["output"]);
    }
}
