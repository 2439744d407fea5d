using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.S3.Model;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.S3;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>Over the endpoint, with the cloud's own S3.</summary>
public sealed class DistributedMapApiTests : S3Test
{
    private static readonly AwsModel Model = AwsModel.Of("sfn");

    private const string Definition = """
        {"StartAt":"M","States":{"M":{"Type":"Map","Label":"rows","MaxConcurrency":2,
          "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSONL"},"Parameters":{"Bucket":"people","Key.$":"$.key"}},
          "ItemBatcher":{"MaxItemsPerBatch":2},
          "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":10,"End":true}}},
          "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"people","Prefix":"out"}},
          "End":true}}}
        """;

    [Fact]
    public async Task A_map_run_reads_and_writes_S3_and_is_described_while_it_runs()
    {
        await Put("in/a b+ü.jsonl", string.Join('\n', Enumerable.Range(0, 5).Select(n => $$"""{"n":{{n}}}""")));
        var machine = (string)(await CallAsync("CreateStateMachine", new() { ["name"] = "m", ["definition"] = Definition, ["roleArn"] = StateMachineHarness.Role }))["stateMachineArn"]!;
        var execution = (string)(await CallAsync("StartExecution", new() { ["stateMachineArn"] = machine, ["input"] = """{"key":"in/a b+ü.jsonl"}""" }))["executionArn"]!;
        await Cloud.Get<InFlight>().RestAsync(Cancellation);

        var run = (await CallAsync("ListMapRuns", new() { ["executionArn"] = execution }))["mapRuns"]!.AsArray().ShouldHaveSingleItem()!;
        var arn = (string)run["mapRunArn"]!;
        run["stateMachineArn"]!.GetValue<string>().ShouldBe(machine + "/rows");
        var running = await CallAsync("DescribeMapRun", new() { ["mapRunArn"] = arn });
        ((string)running["status"]!, (int)running["maxConcurrency"]!, (int)running["itemCounts"]!["running"]!, (int)running["executionCounts"]!["running"]!).ShouldBe(("RUNNING", 2, 4, 2));
        await Cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(20), Cancellation);
        await Cloud.Get<InFlight>().RestAsync(Cancellation);

        var ended = await CallAsync("DescribeMapRun", new() { ["mapRunArn"] = arn });
        ended["status"]!.GetValue<string>().ShouldBe("SUCCEEDED");
        ended["itemCounts"]!.ToJsonString().ShouldBe("""{"pending":0,"running":0,"succeeded":5,"failed":0,"timedOut":0,"aborted":0,"total":5,"resultsWritten":5,"failuresNotRedrivable":0,"pendingRedrive":0}""");
        ((int)ended["executionCounts"]!["total"]!).ShouldBe(3);
        var children = (await CallAsync("ListExecutions", new() { ["mapRunArn"] = arn }))["executions"]!.AsArray();
        children.Select(child => (int)child!["itemCount"]!).ShouldBe([1, 2, 2]);
        var child = await CallAsync("DescribeExecution", new() { ["executionArn"] = children[0]!["executionArn"]!.DeepClone() });
        ((string)child["mapRunArn"]!, (string)child["input"]!).ShouldBe((arn, """{"Items":[{"n":4}]}"""));
        var output = JsonNode.Parse((string)(await CallAsync("DescribeExecution", new() { ["executionArn"] = execution }))["output"]!)!;
        var manifest = JsonNode.Parse(await Get((string)output["ResultWriterDetails"]!["Key"]!))!;
        var file = manifest["ResultFiles"]!["SUCCEEDED"]!.AsArray().ShouldHaveSingleItem()!;
        var results = await Get((string)file["Key"]!);
        Encoding.UTF8.GetByteCount(results).ShouldBe((int)file["Size"]!);
        JsonNode.Parse(results)!.AsArray().Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(""" "Resource":"arn:aws:states:::s3:listObjectsV2","Parameters":{"Bucket":"people","Prefix":"in/"} """, null)]
    [InlineData(""" "Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSONL"},"Parameters":{"Bucket":"people","Key":"empty"} """, "[]")]
    [InlineData(""" "Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSONL"},"Parameters":{"Bucket":"people","Key":"absent"} """, "The specified key does not exist.")]
    [InlineData(""" "Resource":"arn:aws:states:::s3:listObjectsV2","Parameters":{"Bucket":"absent"} """, "The specified bucket does not exist")]
    public async Task S3_answers_a_reader(string reader, string? output)
    {
        await Put("in/a b+ü", "x");
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "empty", ContentBody = "" }, Cancellation);
        var definition = """
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemReader":{ READER },
              "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}}
            """.Replace("READER", reader);
        var machine = (string)(await CallAsync("CreateStateMachine", new() { ["name"] = "m", ["definition"] = definition, ["roleArn"] = StateMachineHarness.Role }))["stateMachineArn"]!;
        var execution = (string)(await CallAsync("StartExecution", new() { ["stateMachineArn"] = machine }))["executionArn"]!;
        await Cloud.Get<InFlight>().RestAsync(Cancellation);

        var ended = await CallAsync("DescribeExecution", new() { ["executionArn"] = execution });

        var expected = output ?? $$"""[{"Etag":"\"9dd4e461268c8034f5c8564e155c67a6\"","Key":"in/a b+ü","LastModified":{{Start.ToUnixTimeSeconds()}},"Size":1,"StorageClass":"STANDARD"}]""";
        ((string?)ended["output"] ?? (string)ended["cause"]!).ShouldBe(expected);
    }

    private async Task<JsonObject> CallAsync(string operation, JsonObject body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Cloud.Endpoint);
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/x-amz-json-1.0"));
        request.Headers.Add("X-Amz-Target", "AWSStepFunctions." + operation);
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/states/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await http.SendAsync(request, Cancellation);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!.AsObject();
        response.IsSuccessStatusCode.ShouldBeTrue(answer.ToJsonString());
        Model.Check(answer, operation + "Output");
        return answer;
    }
}
