using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class DistributedMapTests
{
    private const string Pass = """{"P":{"Type":"Pass","End":true}}""";
    private const string Wait = """{"P":{"Type":"Wait","Seconds":10,"End":true}}""";
    private const string FailOdd = """
        {"P":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericEquals":1,"Next":"F"},{"Variable":"$.n","NumericEquals":3,"Next":"F"}],"Default":"S"},"S":{"Type":"Succeed"},"F":{"Type":"Fail","Error":"Odd","Cause":"n"}}
        """;

    [Theory]
    [InlineData("JSONL", "", "{\"n\":1.50}\n\n{\"n\":2}\r\n[3]", """[{"n":1.50},{"n":2},[3]]""")]
    [InlineData("JSONL", "", "", "[]")]
    [InlineData("JSON", "", """ [ {"n":1.50}, "b", null ] """, """[{"n":1.50},"b",null]""")]
    [InlineData("CSV", ""","CSVHeaderLocation":"FIRST_ROW" """, "a,b\n1,\"x, \"\"y\"\"\nz\"\r\n2\n\n,4,5", """[{"a":"1","b":"x, \"y\"\nz"},{"a":"2","b":""},{"a":"","b":"4"}]""")]
    [InlineData("CSV", ""","CSVHeaderLocation":"GIVEN","CSVHeaders":["c","d"],"CSVDelimiter":"PIPE" """, "1|2", """[{"c":"1","d":"2"}]""")]
    [InlineData("CSV", ""","CSVHeaderLocation":"FIRST_ROW" """, "a,b\n,,,\n   \n\n", """[{"a":"","b":""},{"a":"   ","b":""}]""")]
    [InlineData("CSV", ""","CSVHeaderLocation":"FIRST_ROW" """, "a,\n1,2,3", """[{"a":"1","":"2"}]""")]
    [InlineData("CSV", ""","CSVHeaderLocation":"FIRST_ROW" """, "a,b", "[]")]
    [InlineData("CSV", ""","CSVHeaderLocation":"GIVEN","CSVHeaders":["c"],"CSVDelimiter":"TAB","MaxItems":1""", "1\t2\n3", """[{"c":"1"}]""")]
    [InlineData("CSV", ""","CSVHeaderLocation":"GIVEN","CSVHeaders":["c","d"],"CSVDelimiter":"SEMICOLON" """, "é;\"a;b\"", """[{"c":"é","d":"a;b"}]""")]
    [InlineData("JSON", "", """[[1,[2]],{"a":{"b":[]}}]""", """[[1,[2]],{"a":{"b":[]}}]""")]
    [InlineData("JSON", ""","MaxItems":1""", "[1,2]", "[1]")]
    [InlineData("JSONL", ""","MaxItems":0""", "1\n2\n3", "[1,2,3]")]
    [InlineData("JSONL", ""","MaxItemsPath":"$.none" """, "1\n2\n3", "[1,2,3]")]
    [InlineData("JSONL", ""","MaxItemsPath":"$.negative" """, "1\n2\n3", "States.ItemReaderFailed: field MaxItems must be positive")]
    [InlineData("JSONL", ""","MaxItems":100000000""", "1\n2\n3", "[1,2,3]")]
    [InlineData("JSONL", ""","MaxItems":2""", "1\n2\n3", "[1,2]")]
    [InlineData("JSONL", ""","MaxItemsPath":"$.most" """, "1\n2\n3", "[1]")]
    public async Task Items_are_read_from_an_object(string type, string config, string content, string output)
    {
        await using var cloud = new StateMachineHarness();
        cloud.Objects.Contents["b/in/k"] = content;

        var execution = await cloud.RunAsync(Map(Pass, Reader(type, config)), """{"key":"in/k","most":1,"none":0,"negative":-1}""");

        StateMachineHarness.Result(execution).ShouldBe(output);
    }

    [Fact]
    public async Task A_version_may_be_asked_for()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Objects.Contents["b/k"] = "1";

        await cloud.RunAsync(Map(Pass, Reader("JSONL").Replace("\"Bucket\"", "\"VersionId\":\"v1\",\"Bucket\"")), """{"key":"k"}""");

        cloud.Objects.Versions.ShouldBe(["v1"]);
    }

    [Fact]
    public async Task Items_are_the_objects_below_a_prefix_page_by_page()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Objects.ListPage = 2;
        foreach (var key in (string[])["in/a", "in/b", "in/c", "out/d"]) cloud.Objects.Contents["b/" + key] = key;

        var execution = await cloud.RunAsync(Map(
            """{"P":{"Type":"Pass","OutputPath":"$.Key","End":true}}""",
            """ "ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","Parameters":{"Bucket":"b","Prefix":"in/"}}, """));

        execution.Standing.Output.ShouldBe("""["in/a","in/b","in/c"]""");
    }

    [Theory]
    [InlineData("JSONL", "{\"n\":1}\n{nonsense")]
    [InlineData("JSON", """{"not":"an array"}""")]
    [InlineData("JSON", "[1,2")]
    [InlineData("CSV", "a,b\n\"never closed")]
    [InlineData("CSV", "a,a\n1,2")]
    [InlineData("JSONL", null)]
    public async Task What_cannot_be_read_fails_the_map_as_the_readers_failure(string type, string? content)
    {
        await using var cloud = new StateMachineHarness();
        if (content is not null) cloud.Objects.Contents["b/k"] = content;

        var execution = await cloud.RunAsync(Map(Wait, Reader(type, type == "CSV" ? ""","CSVHeaderLocation":"FIRST_ROW" """ : "")), """{"key":"k"}""");

        execution.Standing.Error.ShouldBe("States.ItemReaderFailed");
        StateMachineHarness.Types(execution)[^3..].ShouldBe(["MapRunFailed", "MapStateFailed", "ExecutionFailed"]);
        cloud.Get<Executions>().Of(cloud.Get<MapRuns>().Of(execution).Single()).ShouldAllBe(child => child.Standing.Status == ExecutionStatus.Aborted);
    }

    [Theory]
    [InlineData(""" "MaxItemsPerBatch":2 """, """[{"Items":[1,2]},{"Items":[3,4]},{"Items":[5]}]""")]
    [InlineData(""" "MaxItemsPerBatchPath":"$.two" """, """[{"Items":[1,2]},{"Items":[3,4]},{"Items":[5]}]""")]
    [InlineData(""" "MaxInputBytesPerBatch":17 """, """[{"Items":[1,2,3]},{"Items":[4,5]}]""")]
    [InlineData(""" "MaxInputBytesPerBatchPath":"$.bytes","MaxItemsPerBatch":3 """, """[{"Items":[1,2]},{"Items":[3,4]},{"Items":[5]}]""")]
    [InlineData(""" "MaxInputBytesPerBatch":39,"BatchInput":{"t":"é"} """, """[{"BatchInput":{"t":"é"},"Items":[1,2]},{"BatchInput":{"t":"é"},"Items":[3,4]},{"BatchInput":{"t":"é"},"Items":[5]}]""")]
    [InlineData(""" "MaxInputBytesPerBatch":262144,"MaxItemsPerBatch":9 """, """[{"Items":[1,2,3,4,5]}]""")]
    [InlineData(""" "MaxItemsPerBatch":4,"BatchInput":{"t.$":"$.two"} """, """[{"BatchInput":{"t":2},"Items":[1,2,3,4]},{"BatchInput":{"t":2},"Items":[5]}]""")]
    public async Task Items_are_batched_by_number_and_by_bytes(string batcher, string output)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Map(Pass, $$""" "ItemsPath":"$.items","ItemBatcher":{ {{batcher}} }, """), """{"items":[1,2,3,4,5],"two":2,"bytes":16}""");

        StateMachineHarness.Result(execution).ShouldBe(output);
    }

    [Fact]
    public async Task An_item_larger_than_a_batch_may_be_fails_the_map()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Map(Pass, """ "ItemsPath":"$.items","ItemBatcher":{"MaxInputBytesPerBatch":20}, """), """{"items":["0123456789"]}""");

        execution.Standing.Error.ShouldBe("States.DataLimitExceeded");
    }

    [Fact]
    public async Task Items_are_selected_before_they_are_batched()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Objects.Contents["b/k"] = "\"a\"\n\"b\"";

        var execution = await cloud.RunAsync(
            Map(Pass, Reader("JSONL") + """ "ItemSelector":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value","k.$":"$.key"},"ItemBatcher":{"MaxItemsPerBatch":9}, """), """{"key":"k"}""");

        execution.Standing.Output.ShouldBe("""[{"Items":[{"i":0,"v":"a","k":"k"},{"i":1,"v":"b","k":"k"}]}]""");
    }

    [Theory]
    [InlineData(""" "MaxConcurrency":2, """, 8, 40)]
    [InlineData(""" "MaxConcurrencyPath":"$.most", """, 9, 30)]
    [InlineData(""" "MaxConcurrency":0, """, 50, 10)]
    [InlineData("", 60, 10)]
    public async Task Children_start_as_slots_are_free(string concurrency, int items, int seconds)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Map(Wait, """ "ItemsPath":"$.items", """ + concurrency), $$"""{"most":4,"items":[{{string.Join(',', Enumerable.Range(0, items))}}]}""");

        execution.Standing.Output.ShouldBe($"[{string.Join(',', Enumerable.Range(0, items))}]");
        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start.AddSeconds(seconds));
    }

    [Theory]
    [InlineData("", false, 1)]
    [InlineData(""" "ToleratedFailureCount":1, """, false, 3)]
    [InlineData(""" "ToleratedFailureCount":2, """, true, 4)]
    [InlineData(""" "ToleratedFailureCountPath":"$.two", """, true, 4)]
    [InlineData(""" "ToleratedFailurePercentage":50, """, true, 4)]
    [InlineData(""" "ToleratedFailurePercentage":49, """, false, 3)]
    [InlineData(""" "ToleratedFailureCount":4,"ToleratedFailurePercentage":25, """, false, 3)]
    public async Task More_failures_than_are_tolerated_fail_the_map_and_nothing_more_starts(string tolerance, bool succeeds, int started)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Map(FailOdd, """ "ItemsPath":"$.items","MaxConcurrency":1, """ + tolerance), """{"items":[{"n":1},{"n":2},{"n":3},{"n":4}],"two":2}""");

        execution.Standing.Error.ShouldBe(succeeds ? null : "States.ExceedToleratedFailureThreshold");
        var run = cloud.Get<MapRuns>().Of(execution).Single();
        cloud.Get<Executions>().Of(run).Count.ShouldBe(started);
        run.Progress.Status.ShouldBe(succeeds ? MapRunStatus.Succeeded : MapRunStatus.Failed);
        if (succeeds) JArray.Parse(execution.Standing.Output!).Select(result => (string?)result["Status"] ?? "n" + (int)result["n"]!).ShouldBe(["FAILED", "n2", "FAILED", "n4"]);
    }

    [Theory]
    [InlineData(""" "MaxConcurrencyPath":"$.p" """, "\"x\"", "The MaxConcurrencyPath field refers to value \"x\" which is not a valid integer: $.p", false)]
    [InlineData(""" "MaxConcurrencyPath":"$.p" """, "-1", "MaxConcurrency cannot be negative.", false)]
    [InlineData(""" "ToleratedFailureCountPath":"$.p" """, "{}", "The ToleratedFailureCountPath field refers to value \"{}\" which is not a valid integer: $.p", true)]
    [InlineData(""" "ToleratedFailureCountPath":"$.p" """, "-1", "ToleratedFailureCount cannot be negative.", true)]
    [InlineData(""" "ToleratedFailurePercentagePath":"$.p" """, "\"x\"", "The ToleratedFailurePercentagePath field refers to value \"x\" which is not a valid float: $.p", true)]
    [InlineData(""" "ToleratedFailurePercentagePath":"$.p" """, "100.1", "ToleratedFailurePercentage must be between 0 and 100.", true)]
    public async Task A_number_that_is_none_fails_the_execution(string field, string value, string cause, bool started)
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Map(Pass, $""" "ItemsPath":"$.items",{field}, """), $$"""{"items":[1],"p":{{value}}}""");

        StateMachineHarness.Result(execution).ShouldBe($"States.Runtime: An error occurred while executing the state 'M' (entered at the event id #2). {cause}");
        StateMachineHarness.Types(execution).ShouldBe(started ? ["ExecutionStarted", "MapStateEntered", "MapStateStarted", "ExecutionFailed"] : ["ExecutionStarted", "MapStateEntered", "ExecutionFailed"]);
    }

    [Fact]
    public async Task A_failed_batch_counts_all_its_items()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(
            Map("""{"F":{"Type":"Fail"}}""".Replace("\"F\"", "\"P\""), """ "ItemsPath":"$.items","ItemBatcher":{"MaxItemsPerBatch":2},"ToleratedFailureCount":1, """), """{"items":[1,2]}""");

        execution.Standing.Error.ShouldBe("States.ExceedToleratedFailureThreshold");
    }

    [Fact]
    public async Task A_failure_beyond_tolerance_stops_the_children_that_run()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(
            Map("""{"P":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":1,"Next":"F"}],"Default":"W"},"W":{"Type":"Wait","Seconds":3600,"End":true},"F":{"Type":"Fail"}}""", """ "ItemsPath":"$.items", """),
            """{"items":[0,1,2]}""");

        cloud.Time.GetUtcNow().ShouldBe(StateMachineHarness.Start);
        cloud.Get<MapRuns>().Of(execution).Single().Progress.Executions.ShouldSatisfyAllConditions(tally => tally.Aborted.ShouldBe(2), tally => tally.Failed.ShouldBe(1), tally => tally.Running.ShouldBe(0));
    }

    [Fact]
    public async Task Stopping_the_execution_stops_its_children()
    {
        await using var cloud = new StateMachineHarness();
        var execution = cloud.Begin(Map(Wait, """ "ItemsPath":"$.items", """), """{"items":[0,1,2]}""");
        await cloud.RestAsync();

        execution.TryFinish(ExecutionStatus.Aborted, null);
        await cloud.RestAsync();

        var run = cloud.Get<MapRuns>().Of(execution).Single();
        run.Progress.Status.ShouldBe(MapRunStatus.Aborted);
        cloud.Get<Executions>().Of(run).ShouldAllBe(child => child.Standing.Status == ExecutionStatus.Aborted);
    }

    [Fact]
    public async Task A_map_run_that_is_retried_is_another_map_run_and_a_catcher_takes_its_failure()
    {
        await using var cloud = new StateMachineHarness();
        var definition = Map("""{"P":{"Type":"Fail","Error":"E"}}""", """
            "ItemsPath":"$.items","Retry":[{"ErrorEquals":["States.ExceedToleratedFailureThreshold"],"MaxAttempts":1}],"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.f","Next":"Caught"}],
            """).Replace("\"End\":true}}}", "\"End\":true},\"Caught\":{\"Type\":\"Pass\",\"OutputPath\":\"$.f.Error\",\"End\":true}}}");

        var execution = await cloud.RunAsync(definition, """{"items":[1]}""");

        execution.Standing.Output.ShouldBe("\"States.ExceedToleratedFailureThreshold\"");
        cloud.Get<MapRuns>().Of(execution).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Results_too_large_for_a_state_fail_it()
    {
        await using var cloud = new StateMachineHarness();
        var large = $"\"{new string('x', 100_000)}\"";
        cloud.Objects.Contents["b/k"] = $"{large}\n{large}\n{large}";

        (await cloud.RunAsync(Map(Pass, Reader("JSONL")), """{"key":"k"}""")).Standing.Error.ShouldBe("States.DataLimitExceeded");
    }

    [Fact]
    public async Task The_history_of_a_map_run()
    {
        await using var cloud = new StateMachineHarness();

        var execution = await cloud.RunAsync(Map(Pass, """ "ItemsPath":"$.items","Label":"batches", """), """{"items":[1,2]}""");

        StateMachineHarness.Lines(execution).ShouldBe("""
            1 0 ExecutionStarted
            2 0 MapStateEntered
            3 2 MapStateStarted
            4 3 MapRunStarted
            5 4 MapRunSucceeded
            6 5 MapStateSucceeded
            7 5 MapStateExited
            8 7 ExecutionSucceeded
            """);
        var run = cloud.Get<MapRuns>().Of(execution).Single();
        run.Arn.ShouldStartWith("arn:aws:states:eu-west-1:000000000000:mapRun:machine-1/batches:");
        ((string)execution.History.Events[3].Body.Details!["mapRunArn"]!).ShouldBe(run.Arn);
        cloud.Get<Executions>().Of(run).ShouldAllBe(child => child.Arn.StartsWith("arn:aws:states:eu-west-1:000000000000:execution:machine-1/batches:", StringComparison.Ordinal));
    }

    /// <summary>A definition of one distributed Map state.</summary>
    internal static string Map(string states, string fields = "") => """
        {"StartAt":"M","States":{"M":{"Type":"Map", FIELDS "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States": STATES },"End":true}}}
        """.Replace("FIELDS", fields).Replace("STATES", states);

    internal static string Reader(string type, string config = "") => """
         "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"TYPE" CONFIG },"Parameters":{"Bucket":"b","Key.$":"$.key"}},
        """.Replace("TYPE", type).Replace("CONFIG", config);
}
