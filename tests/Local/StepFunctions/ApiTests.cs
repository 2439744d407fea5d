using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>Over the endpoint, as any AWS client would.</summary>
public sealed class ApiTests : IAsyncLifetime
{
    private const string Pass = """{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""";
    private const string Wait = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}""";
    private static readonly AwsModel Model = AwsModel.Of("sfn");
    private readonly HttpClient http = new();
    private Cloud cloud = null!;

    public async ValueTask InitializeAsync() =>
        cloud = await Cloud.StartAsync(new CloudOptions { VirtualStart = StateMachineHarness.Start }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task An_execution_runs_and_is_described()
    {
        var machine = await CreateAsync("m", Wait);
        var started = await CallAsync("StartExecution", new() { ["stateMachineArn"] = machine, ["name"] = "e", ["input"] = """{"a":1}""" });
        var arn = started["executionArn"]!.GetValue<string>();
        arn.ShouldBe("arn:aws:states:eu-west-1:000000000000:execution:m:e");
        var running = await CallAsync("DescribeExecution", new() { ["executionArn"] = arn });
        running["status"]!.GetValue<string>().ShouldBe("RUNNING");
        running["redriveStatus"]!.GetValue<string>().ShouldBe("NOT_REDRIVABLE");

        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        await cloud.Get<InFlight>().RestAsync(TestContext.Current.CancellationToken);

        var ended = await CallAsync("DescribeExecution", new() { ["executionArn"] = arn });
        ended.ToJsonString().ShouldBe(JsonNode.Parse($$"""
            {"executionArn":"{{arn}}","stateMachineArn":"{{machine}}","name":"e","status":"SUCCEEDED","startDate":1769860800,"redriveCount":0,"stopDate":1769864400,
             "input":"{\u0022a\u0022:1}","inputDetails":{"included":true},"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution is SUCCEEDED and cannot be redriven",
             "output":"{\u0022a\u0022:1}","outputDetails":{"included":true} }
            """)!.ToJsonString());
    }

    [Fact]
    public async Task A_name_is_taken_by_the_same_input_while_running_and_by_nothing_afterwards()
    {
        var machine = await CreateAsync("m", Wait);
        JsonObject Start(string input) => new() { ["stateMachineArn"] = machine, ["name"] = "e", ["input"] = input };
        var first = await CallAsync("StartExecution", Start("{}"));

        (await CallAsync("StartExecution", Start("{}"))).ToJsonString().ShouldBe(first.ToJsonString());
        await RefusedAsync("ExecutionAlreadyExists", "StartExecution", Start("""{"other":1}"""));
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(90), TestContext.Current.CancellationToken);
        await RefusedAsync("ExecutionAlreadyExists", "StartExecution", Start("{}"));
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        (await CallAsync("StartExecution", Start("{}")))["startDate"]!.GetValue<decimal>().ShouldBeGreaterThan(first["startDate"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task An_execution_without_a_name_gets_one()
    {
        var machine = await CreateAsync("m", Pass);

        var started = await CallAsync("StartExecution", new() { ["stateMachineArn"] = machine });

        Guid.TryParse(started["executionArn"]!.GetValue<string>().Split(':')[^1], out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("a b", "{}", "InvalidName")]
    [InlineData("a:b", "{}", "InvalidName")]
    [InlineData("", "{}", "InvalidName")]
    [InlineData("ok", "{no", "InvalidExecutionInput")]
    [InlineData("ok", "", "InvalidExecutionInput")]
    public async Task A_start_that_is_wrong_is_refused(string name, string input, string code)
    {
        var machine = await CreateAsync("m", Pass);

        await RefusedAsync(code, "StartExecution", new() { ["stateMachineArn"] = machine, ["name"] = name, ["input"] = input });
    }

    [Fact]
    public async Task An_execution_is_stopped_once()
    {
        var machine = await CreateAsync("m", Wait);
        var arn = (await CallAsync("StartExecution", new() { ["stateMachineArn"] = machine }))["executionArn"]!.GetValue<string>();

        var stopped = await CallAsync("StopExecution", new() { ["executionArn"] = arn, ["error"] = "E", ["cause"] = "C" });
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(2), TestContext.Current.CancellationToken);
        var again = await CallAsync("StopExecution", new() { ["executionArn"] = arn });

        again.ToJsonString().ShouldBe(stopped.ToJsonString());
        var described = await CallAsync("DescribeExecution", new() { ["executionArn"] = arn });
        (described["status"]!.GetValue<string>(), described["error"]!.GetValue<string>(), described["cause"]!.GetValue<string>()).ShouldBe(("ABORTED", "E", "C"));
    }

    [Fact]
    public async Task Executions_are_listed_the_latest_first_by_page_and_by_status()
    {
        var machine = await CreateAsync("m", Wait);
        for (var i = 0; i < 5; i++) await CallAsync("StartExecution", new() { ["stateMachineArn"] = machine, ["name"] = $"e{i}" });
        await CallAsync("StopExecution", new() { ["executionArn"] = "arn:aws:states:eu-west-1:000000000000:execution:m:e3" });

        (await ListAsync(new() { ["stateMachineArn"] = machine, ["maxResults"] = 2 })).ShouldBe(["e4 e3", "e2 e1", "e0"]);
        (await ListAsync(new() { ["stateMachineArn"] = machine, ["maxResults"] = 3, ["statusFilter"] = "RUNNING" })).ShouldBe(["e4 e2 e1", "e0"]);
        (await ListAsync(new() { ["stateMachineArn"] = machine, ["statusFilter"] = "FAILED" })).ShouldBe([""]);
        await RefusedAsync("ValidationException", "ListExecutions", new() { ["stateMachineArn"] = machine, ["statusFilter"] = "running" });
        await RefusedAsync("ValidationException", "ListExecutions", new() { ["stateMachineArn"] = machine, ["maxResults"] = 1001 });
    }

    [Fact]
    public async Task History_is_given_by_page_and_backwards()
    {
        var machine = await CreateAsync("m", Pass);
        var arn = (await CallAsync("StartExecution", new() { ["stateMachineArn"] = machine, ["input"] = "7" }))["executionArn"]!.GetValue<string>();
        await cloud.Get<InFlight>().RestAsync(TestContext.Current.CancellationToken);

        var first = await CallAsync("GetExecutionHistory", new() { ["executionArn"] = arn, ["maxResults"] = 3, ["reverseOrder"] = true, ["includeExecutionData"] = false });
        var second = await CallAsync("GetExecutionHistory", new() { ["executionArn"] = arn, ["maxResults"] = 3, ["reverseOrder"] = true, ["nextToken"] = first["nextToken"]!.DeepClone() });

        first["events"]!.AsArray().Select(happened => happened!["id"]!.GetValue<int>()).ShouldBe([4, 3, 2]);
        second["events"]!.AsArray().Select(happened => happened!["type"]!.GetValue<string>()).ShouldBe(["ExecutionStarted"]);
        first["events"]![2]!["stateEnteredEventDetails"]!.ToJsonString().ShouldBe("""{"name":"P"}""");
        second.ContainsKey("nextToken").ShouldBeFalse();
        await RefusedAsync("InvalidToken", "GetExecutionHistory", new() { ["executionArn"] = arn, ["nextToken"] = "none" });
    }

    [Fact]
    public async Task A_state_machine_is_created_once_described_updated_and_deleted()
    {
        var machine = await CreateAsync("m", Pass);
        (await CreateAsync("m", Pass)).ShouldBe(machine);
        await RefusedAsync("StateMachineAlreadyExists", "CreateStateMachine", Machine("m", Wait));
        await RefusedAsync("InvalidName", "CreateStateMachine", Machine(new string('x', 81), Wait));
        await RefusedAsync("InvalidDefinition", "CreateStateMachine", Machine("n", "{}"));
        await RefusedAsync("MissingRequiredParameter", "UpdateStateMachine", new() { ["stateMachineArn"] = machine });

        await CallAsync("UpdateStateMachine", new() { ["stateMachineArn"] = machine, ["definition"] = Wait });

        var described = await CallAsync("DescribeStateMachine", new() { ["stateMachineArn"] = machine });
        described["definition"]!.GetValue<string>().ShouldBe(Wait);
        described["roleArn"]!.GetValue<string>().ShouldBe(StateMachineHarness.Role);
        (await CallAsync("ListStateMachines", []))["stateMachines"]!.AsArray().Count.ShouldBe(1);
        (await CallAsync("ListTagsForResource", new() { ["resourceArn"] = machine }))["tags"]!.ToJsonString().ShouldBe("""[{"key":"k","value":"v"}]""");

        await CallAsync("DeleteStateMachine", new() { ["stateMachineArn"] = machine });
        await CallAsync("DeleteStateMachine", new() { ["stateMachineArn"] = machine });
        await RefusedAsync("StateMachineDoesNotExist", "DescribeStateMachine", new() { ["stateMachineArn"] = machine });
        await RefusedAsync("StateMachineDoesNotExist", "StartExecution", new() { ["stateMachineArn"] = machine });
    }

    [Theory]
    [InlineData("RedriveExecution", "{}", "NotImplemented")]
    [InlineData("StartExecution", """{"stateMachineArn":"x","unknown":1}""", "ValidationException")]
    [InlineData("StartExecution", "{}", "ValidationException")]
    [InlineData("StartExecution", """{"stateMachineArn":7}""", "SerializationException")]
    [InlineData("DescribeExecution", """{"executionArn":"x"}""", "ExecutionDoesNotExist")]
    [InlineData("SendTaskSuccess", """{"taskToken":"x","output":"{}"}""", "InvalidToken")]
    [InlineData("SendTaskSuccess", """{"taskToken":"x","output":"{"}""", "InvalidOutput")]
    [InlineData("SendTaskFailure", """{"taskToken":"x"}""", "InvalidToken")]
    [InlineData("SendTaskHeartbeat", """{"taskToken":"x"}""", "InvalidToken")]
    public async Task What_is_unknown_or_wrong_is_refused(string operation, string body, string code) => await RefusedAsync(code, operation, JsonNode.Parse(body)!.AsObject());

    [Fact]
    public async Task One_execution_starts_another_through_the_endpoint()
    {
        await CreateAsync("child", Pass);
        var parent = await CreateAsync("parent", """
            {"StartAt":"S","States":{"S":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution",
              "Parameters":{"StateMachineArn":"arn:aws:states:eu-west-1:000000000000:stateMachine:child","Name.$":"$.name","Input":{"from.$":"$$.Execution.Name"}},"OutputPath":"$.ExecutionArn","End":true}}}
            """);
        JsonObject Start(string execution) => new() { ["stateMachineArn"] = parent, ["name"] = execution, ["input"] = """{"name":"c1"}""" };

        (await RunAsync(Start("p1")))["output"]!.GetValue<string>().ShouldBe("\"arn:aws:states:eu-west-1:000000000000:execution:child:c1\"");
        (await RunAsync(Start("p2")))["error"]!.GetValue<string>().ShouldBe("StepFunctions.ExecutionAlreadyExistsException");
        (await CallAsync("DescribeExecution", new() { ["executionArn"] = "arn:aws:states:eu-west-1:000000000000:execution:child:c1" }))["input"]!.GetValue<string>().ShouldBe("""{"from":"p1"}""");
    }

    private async Task<JsonObject> RunAsync(JsonObject start)
    {
        var arn = (await CallAsync("StartExecution", start))["executionArn"]!.DeepClone();
        await cloud.Get<InFlight>().RestAsync(TestContext.Current.CancellationToken);
        return await CallAsync("DescribeExecution", new() { ["executionArn"] = arn });
    }

    private async Task<List<string>> ListAsync(JsonObject request)
    {
        var pages = new List<string>();
        do
        {
            var page = await CallAsync("ListExecutions", request);
            pages.Add(string.Join(' ', page["executions"]!.AsArray().Select(execution => execution!["name"]!.GetValue<string>())));
            request["nextToken"] = page["nextToken"]?.DeepClone();
        }
        while (request["nextToken"] is not null);
        return pages;
    }

    private async Task<string> CreateAsync(string name, string definition) => (await CallAsync("CreateStateMachine", Machine(name, definition)))["stateMachineArn"]!.GetValue<string>();

    private static JsonObject Machine(string name, string definition) => new()
    {
        ["name"] = name,
        ["definition"] = definition,
        ["roleArn"] = StateMachineHarness.Role,
        ["tags"] = new JsonArray(new JsonObject { ["key"] = "k", ["value"] = "v" }),
    };

    private async Task<JsonObject> CallAsync(string operation, JsonObject request)
    {
        var (status, answer) = await SendAsync(operation, request);
        status.ShouldBe(200, answer.ToJsonString());
        Model.Check(answer, operation + "Output");
        return answer;
    }

    private async Task RefusedAsync(string code, string operation, JsonObject request)
    {
        var (status, answer) = await SendAsync(operation, request);
        status.ShouldBeGreaterThanOrEqualTo(400);
        answer["__type"]!.GetValue<string>().ShouldBe(code);
    }

    private async Task<(int Status, JsonObject Answer)> SendAsync(string operation, JsonObject request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, cloud.Endpoint);
        message.Content = new StringContent(request.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/x-amz-json-1.0"));
        message.Headers.TryAddWithoutValidation("X-Amz-Target", $"AWSStepFunctions.{operation}");
        message.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/states/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await http.SendAsync(message, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject());
    }
}
