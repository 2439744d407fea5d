using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class ResultWriterTests
{
    private const string FailTwo = """{"P":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":2,"Next":"F"}],"Default":"S"},"S":{"Type":"Succeed"},"F":{"Type":"Fail","Error":"E","Cause":"two"}}""";

    [Theory]
    [InlineData(""","Prefix":"results" """, "results/")]
    [InlineData(""","Prefix":"results/" """, "results/")]
    [InlineData(""","Prefix.$":"$.prefix" """, "a/b/")]
    [InlineData("", "")]
    public async Task The_manifest_lies_below_the_prefix_and_the_map_runs_id(string prefix, string folder)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(DistributedMapTests.Map(FailTwo, """ "ItemsPath":"$.items", """ + Writer("b", prefix)), """{"items":[1],"prefix":"a/b"}""");

        var run = cloud.Get<MapRuns>().Of(execution).Single();
        JToken.DeepEquals(JToken.Parse(execution.Standing.Output!), JToken.Parse($$$"""
            {"MapRunArn":"{{{run.Arn}}}","ResultWriterDetails":{"Bucket":"b","Key":"{{{folder}}}{{{run.Id}}}/manifest.json"}}
            """)).ShouldBeTrue();
        cloud.Objects.Contents.Keys.ShouldBe([$"b/{folder}{run.Id}/SUCCEEDED_0.json", $"b/{folder}{run.Id}/manifest.json"]);
    }

    [Fact]
    public async Task Results_are_written_by_how_they_ended_in_AWSs_shape()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(
            DistributedMapTests.Map(FailTwo, """ "ItemsPath":"$.items","MaxConcurrency":1,"ToleratedFailureCount":1,"Label":"l", """ + Writer("b")), """{"items":[1,2,3]}""");

        var run = cloud.Get<MapRuns>().Of(execution).Single();
        var (succeeded, failed) = (Results($"b/{run.Id}/SUCCEEDED_0.json"), Results($"b/{run.Id}/FAILED_0.json"));
        JToken.DeepEquals(JToken.Parse(cloud.Objects.Contents[$"b/{run.Id}/manifest.json"]), JToken.Parse($$"""
            {"DestinationBucket":"b","MapRunArn":"{{run.Arn}}","ResultFiles":{
              "FAILED":[{"Key":"{{run.Id}}/FAILED_0.json","Size":{{cloud.Objects.Contents[$"b/{run.Id}/FAILED_0.json"].Length}}}],
              "PENDING":[],
              "SUCCEEDED":[{"Key":"{{run.Id}}/SUCCEEDED_0.json","Size":{{cloud.Objects.Contents[$"b/{run.Id}/SUCCEEDED_0.json"].Length}}}] } }
            """)).ShouldBeTrue();
        succeeded.Select(result => (string)result["Output"]!).ShouldBe(["1", "3"]);
        var child = cloud.Get<Executions>().Of(run)[^1];
        JToken.DeepEquals(succeeded[0], Parse($$"""
            {"ExecutionArn":"{{child.Arn}}","Input":"1","InputDetails":{"Included":true},"Name":"{{child.Name}}","Output":"1","OutputDetails":{"Included":true},
             "RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven","StartDate":"2026-01-31T12:00:00.000Z",
             "StateMachineArn":"arn:aws:states:eu-west-1:000000000000:stateMachine:machine-1/l","Status":"SUCCEEDED","StopDate":"2026-01-31T12:00:00.000Z"}
            """)).ShouldBeTrue(succeeded[0].ToString());
        var two = failed.ShouldHaveSingleItem();
        ((string)two["Error"]!, (string)two["Cause"]!, (string)two["Status"]!, (string)two["Input"]!).ShouldBe(("E", "two", "FAILED", "2"));
        run.Progress.Items.ResultsWritten.ShouldBe(3);

        JArray Results(string path) => (JArray)Parse(cloud.Objects.Contents[path]);
    }

    [Fact]
    public async Task A_map_run_that_fails_writes_the_results_it_has()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(DistributedMapTests.Map(FailTwo, """ "ItemsPath":"$.items","MaxConcurrency":1, """ + Writer("b")), """{"items":[1,2,3]}""");

        execution.Standing.Error.ShouldBe("States.ExceedToleratedFailureThreshold");
        cloud.Objects.Contents.Keys.Select(key => key[(key.LastIndexOf('/') + 1)..]).ShouldBe(["FAILED_0.json", "SUCCEEDED_0.json", "manifest.json"]);
    }

    [Fact]
    public async Task A_file_that_is_full_is_followed_by_another()
    {
        await using var cloud = new StateMachineHarness();
        var large = new string('x', 120_000);

        var execution = await cloud.RunAsync(
            DistributedMapTests.Map("""{"P":{"Type":"Pass","End":true}}""", """ "ItemsPath":"$.items","ItemSelector":{"n.$":"$$.Map.Item.Value","x.$":"$.x"},"MaxConcurrency":1, """ + Writer("b")),
            $$"""{"items":[{{string.Join(',', Enumerable.Range(0, 25))}}],"x":"{{large}}"}""");

        var written = cloud.Objects.Contents.Where(content => content.Key.Contains("SUCCEEDED_", StringComparison.Ordinal)).ToArray();
        written.Length.ShouldBe(2);
        written.ShouldAllBe(content => content.Value.Length < ResultFiles.MostBytes + 500_000);
        written.Sum(content => ((JArray)Parse(content.Value)).Count).ShouldBe(25);
        execution.Standing.Output!.ShouldContain("manifest.json");
    }

    /// <summary>The last child ends between the question whether any still runs and the end of the taking of results.</summary>
    [Fact]
    public async Task A_child_that_ends_while_results_are_written_is_not_waited_for()
    {
        const int Children = 25;
        await using var cloud = new StateMachineHarness();
        var (all, last, large) = (new TaskCompletionSource(), new TaskCompletionSource(), new string('x', 120_000));
        cloud.Functions.Answer = async (_, payload) =>
        {
            if (cloud.Functions.Calls.Count == Children) all.TrySetResult();
            await (payload.StartsWith("{\"n\":0,", StringComparison.Ordinal) ? last.Task : all.Task);
            await Task.Yield();
            return new FunctionAnswer(payload, null);
        };
        cloud.Objects.Writing = async () =>
        {
            last.TrySetResult();
            var parent = cloud.Get<ExecutionStore>().Where(execution => execution.MapRun is null).Single();
            var run = cloud.Get<MapRuns>().Of(parent).Single();
            while (run.Progress.Executions.Running > 0)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        };

        var execution = await cloud.RunAsync(
            DistributedMapTests.Map(
                """{"P":{"Type":"Task","Resource":"arn:aws:lambda:eu-west-1:000000000000:function:f","End":true}}""",
                """ "ItemsPath":"$.items","ItemSelector":{"n.$":"$$.Map.Item.Value","x.$":"$.x"}, """ + Writer("b")),
            $$"""{"items":[{{string.Join(',', Enumerable.Range(0, Children))}}],"x":"{{large}}"}""");

        execution.Standing.Status.ShouldBe(ExecutionStatus.Succeeded);
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start);
    }

    [Fact]
    public async Task Results_that_cannot_be_written_fail_the_map()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(DistributedMapTests.Map(FailTwo, """ "ItemsPath":"$.items", """ + Writer("absent")), """{"items":[1]}""");

        execution.Standing.Error.ShouldBe("States.ResultWriterFailed");
        execution.Standing.Cause.ShouldBe("The specified bucket does not exist");
    }

    private static string Writer(string bucket, string prefix = "") =>
        """ "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"BUCKET" PREFIX }}, """.Replace("BUCKET", bucket).Replace("PREFIX", prefix);

    /// <summary>Text that looks like an instant stays text.</summary>
    private static JToken Parse(string json) => ServerlessGdpr.Local.StepFunctions.Paths.Json.Parse(json);
}
