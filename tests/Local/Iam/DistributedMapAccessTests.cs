using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Iam;

/// <summary>A distributed Map state as a replay has it: over lines of keys in S3, in batches, with its results written to S3.</summary>
public sealed class DistributedMapAccessTests : IAsyncLifetime
{
    private const string Function = "arn:aws:lambda:eu-west-1:000000000000:function:erase";
    private const string Plans = "arn:aws:s3:::plans";

    private const string Definition = """
        {"StartAt":"Sweep","States":{"Sweep":{"Type":"Map","Label":"sweep","MaxConcurrency":2,"ToleratedFailurePercentage":100,
          "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSONL"},"Parameters":{"Bucket.$":"$.plan.bucket","Key.$":"$.plan.key"}},
          "ItemBatcher":{"MaxItemsPerBatch":2,"BatchInput":{"target.$":"$.target"}},
          "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Erase","States":{
            "Erase":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"FUNCTION","Payload.$":"$"},"OutputPath":"$.Payload","End":true}}},
          "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket.$":"$.plan.bucket","Prefix":"results"}},
          "ResultSelector":{"manifest.$":"$.ResultWriterDetails.Key"},"ResultPath":"$.sweep","End":true}}}
        """;

    private RoleCloud cloud = null!;
    private RecordingFunctions functions = null!;
    private AmazonS3Client s3 = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await RoleCloud.StartAsync(services: services => services
            .AddSingleton<RecordingFunctions>().AddSingleton<IFunctions>(all => all.GetRequiredService<RecordingFunctions>()));
        functions = cloud.Cloud.Get<RecordingFunctions>();
        s3 = cloud.S3(asOperator: true);
        await s3.PutBucketAsync("plans", Cancellation);
        await PutAsync("keys.jsonl", "{\"k\":1}\n{\"k\":2}\n{\"k\":3}\n");
        Allow("replay");
    }

    public ValueTask DisposeAsync()
    {
        s3.Dispose();
        return cloud.DisposeAsync();
    }

    [Fact]
    public async Task Lines_are_worked_on_in_batches_and_a_failed_batch_stops_no_other()
    {
        functions.Answer = call => call.Payload.Contains("{\"k\":3}", StringComparison.Ordinal)
            ? new FunctionAnswer("""{"errorType":"DatastoreUnavailable"}""", "Unhandled")
            : new FunctionAnswer("""{"remaining":0}""", null);

        var output = JsonNode.Parse(await RunAsync("keys.jsonl"))!;

        functions.Calls.Select(call => call.Payload).Order(StringComparer.Ordinal).ShouldBe(
            ["""{"BatchInput":{"target":"restored"},"Items":[{"k":1},{"k":2}]}""", """{"BatchInput":{"target":"restored"},"Items":[{"k":3}]}"""]);
        ((string)output["target"]!, (string)output["plan"]!["key"]!).ShouldBe(("restored", "keys.jsonl"));
        var manifest = (string)output["sweep"]!["manifest"]!;
        manifest.ShouldStartWith("results/");
        var files = JsonNode.Parse(await GetAsync(manifest))!["ResultFiles"]!;
        (await ResultsAsync(files, "SUCCEEDED")).ShouldBe("""{"remaining":0}""");
        (await ResultsAsync(files, "FAILED")).ShouldBe("DatastoreUnavailable");
    }

    [Fact]
    public async Task A_file_without_lines_starts_no_child_and_takes_no_permission_to()
    {
        await PutAsync("none.jsonl", "");
        Allow("replay", except: "states:StartExecution");

        var output = JsonNode.Parse(await RunAsync("none.jsonl"))!;

        functions.Calls.ShouldBeEmpty();
        JsonNode.Parse(await GetAsync((string)output["sweep"]!["manifest"]!))!["ResultFiles"]!.ToJsonString().ShouldBe("""{"FAILED":[],"PENDING":[],"SUCCEEDED":[]}""");
    }

    [Theory]
    [InlineData("s3:GetObject", "FAILED States.ItemReaderFailed: ")]
    [InlineData("s3:PutObject", "FAILED States.ResultWriterFailed: ")]
    [InlineData("states:StartExecution", "FAILED States.Permissions: ")]
    public async Task Each_permission_is_needed(string permission, string failure)
    {
        Allow("replay", except: permission);

        var ended = await RunAsync("keys.jsonl");

        ended.ShouldStartWith(failure);
        ended.ShouldContain($"is not authorized to perform: {permission} on resource");
    }

    [Fact]
    public async Task The_permission_to_start_children_is_one_on_the_state_machine_itself()
    {
        Allow("another");

        (await RunAsync("keys.jsonl")).ShouldContain($"states:StartExecution on resource: {Arns.Of("states", "stateMachine:replay")} ");
    }

    /// <summary>What such a state machine needs, and nothing else.</summary>
    private void Allow(string machine, string except = "")
    {
        (string Action, string Resource)[] needed =
        [
            ("s3:GetObject", $"{Plans}/*.jsonl"), ("s3:PutObject", $"{Plans}/results/*"), ("lambda:InvokeFunction", Function),
            ("states:StartExecution", Arns.Of("states", $"stateMachine:{machine}")),
        ];
        var statements = needed.Where(permission => permission.Action != except)
            .Select(permission => new JsonObject { ["Effect"] = "Allow", ["Action"] = permission.Action, ["Resource"] = permission.Resource });
        cloud.Worker.Put(new IamPolicy("own", new JsonObject { ["Statement"] = new JsonArray([.. statements]) }));
    }

    private async Task<string> RunAsync(string key)
    {
        using var machine = await RoleMachine.DeployAsync(cloud, "replay", Definition.Replace("FUNCTION", Function));
        return await machine.RunAsync($$"""{"plan":{"bucket":"plans","key":"{{key}}"},"target":"restored"}""");
    }

    /// <summary>The output, or else the error, of the one child in a result file.</summary>
    private async Task<string> ResultsAsync(JsonNode files, string status)
    {
        var file = files[status]!.AsArray().ShouldHaveSingleItem()!;
        var result = JsonNode.Parse(await GetAsync((string)file["Key"]!))!.AsArray().ShouldHaveSingleItem()!;
        return (string?)result["Output"] ?? (string)result["Error"]!;
    }

    private Task<PutObjectResponse> PutAsync(string key, string content) => s3.PutObjectAsync(new PutObjectRequest { BucketName = "plans", Key = key, ContentBody = content }, Cancellation);

    private async Task<string> GetAsync(string key)
    {
        using var answer = await s3.GetObjectAsync("plans", key, Cancellation);
        using var reader = new StreamReader(answer.ResponseStream);
        return await reader.ReadToEndAsync(Cancellation);
    }
}
