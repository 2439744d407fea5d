using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Lambda;

public sealed class ResourceTests
{
    private const string Function = """
        {"Code":{"S3Bucket":"assets","S3Key":"code.zip"},"Handler":"ReceiveRequest","Runtime":"provided.al2023","Role":"arn:aws:iam::000000000000:role/r","Timeout":60,"MemorySize":256,
        "Architectures":["arm64"],"Environment":{"Variables":{"REQUESTS_TABLE":"requests"}},"TracingConfig":{"Mode":"Active"},"ReservedConcurrentExecutions":5,
        "LoggingConfig":{"LogGroup":"intake","LogFormat":"JSON"},"Tags":[{"Key":"project","Value":"gdpr"}]}
        """;

    [Fact]
    public async Task A_function_of_a_template_is_created_as_it_is_written_there()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));

        var created = await CreateAsync(lambda, "AWS::Lambda::Function", JsonNode.Parse(Function)!.AsObject());

        created.Ref.ShouldBe("stack-logical-1");
        created.Attributes["Arn"].ShouldBe("arn:aws:lambda:eu-west-1:000000000000:function:stack-logical-1");
        var function = lambda.Cloud.Get<FunctionCatalog>().Find(created.Attributes["Arn"]);
        function.Handler.ShouldBe("ReceiveRequest");
        function.Timeout.ShouldBe(TimeSpan.FromMinutes(1));
        function.ReservedConcurrency.ShouldBe(5);
        function.Variables["REQUESTS_TABLE"].ShouldBe("requests");
        function.LogGroupName.ShouldBe("intake");
        Directory.Exists(function.CodeDirectory).ShouldBeTrue();
    }

    [Theory]
    [InlineData("VpcConfig", "{}", "VpcConfig")]
    [InlineData("Runtime", "\"nodejs20.x\"", "nodejs20.x")]
    [InlineData("Timeout", "901", "Timeout")]
    [InlineData("Environment", """{"Variables":{"AWS_REGION":"eu-west-1"}}""", "AWS_REGION")]
    [InlineData("Code", """{"ZipFile":"x"}""", "ZipFile")]
    public async Task A_function_that_AWS_or_this_cloud_would_not_take_is_refused(string name, string value, string told)
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));
        var properties = JsonNode.Parse(Function)!.AsObject();
        properties[name] = JsonNode.Parse(value);

        var refused = await Should.ThrowAsync<AwsError>(() => CreateAsync(lambda, "AWS::Lambda::Function", properties));

        refused.Message.ShouldContain(told);
    }

    [Theory]
    [InlineData("""{"EventSourceArn":"arn:aws:sqs:eu-west-1:000000000000:q","FunctionName":"greeter","FilterCriteria":{}}""", "FilterCriteria")]
    [InlineData("""{"EventSourceArn":"arn:aws:sqs:eu-west-1:000000000000:q","FunctionName":"greeter","BatchSize":11}""", "MaximumBatchingWindowInSeconds")]
    [InlineData("""{"EventSourceArn":"arn:aws:kinesis:eu-west-1:000000000000:q","FunctionName":"greeter"}""", "SQS")]
    [InlineData("""{"EventSourceArn":"arn:aws:sqs:eu-west-1:000000000000:q","FunctionName":"nobody"}""", "nobody")]
    [InlineData("""{"EventSourceArn":"arn:aws:sqs:eu-west-1:000000000000:q","FunctionName":"greeter","FunctionResponseTypes":["ReportBatchItemFailure"]}""", "FunctionResponseTypes")]
    public async Task A_mapping_that_AWS_or_this_cloud_would_not_take_is_refused(string properties, string told)
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "{}"));

        var refused = await Should.ThrowAsync<AwsError>(() => CreateAsync(lambda, "AWS::Lambda::EventSourceMapping", JsonNode.Parse(properties)!.AsObject()));

        refused.Message.ShouldContain(told);
    }

    [Fact]
    public async Task A_version_and_an_alias_are_called_like_their_function()
    {
        await using var lambda = await LambdaCloud.StartAsync(TinyRuntime.Of(_ => "\"here\""));

        var version = await CreateAsync(lambda, "AWS::Lambda::Version", new JsonObject { ["FunctionName"] = LambdaCloud.Name });
        var alias = await CreateAsync(lambda, "AWS::Lambda::Alias", new JsonObject { ["FunctionName"] = LambdaCloud.Name, ["Name"] = "live", ["FunctionVersion"] = version.Attributes["Version"] });

        (await InvokeAsync(lambda, version.Ref)).Payload.ShouldBe("\"here\"");
        (await InvokeAsync(lambda, alias.Ref)).Payload.ShouldBe("\"here\"");
        await Should.ThrowAsync<AwsError>(() => InvokeAsync(lambda, FunctionDefinition.ArnOf(LambdaCloud.Name) + ":other"));
    }

    private static Task<FunctionAnswer> InvokeAsync(LambdaCloud lambda, string arn) =>
        lambda.Cloud.Get<FunctionInvoker>().InvokeAsync(arn, "{}", TestContext.Current.CancellationToken);

    private static Task<CreatedResource> CreateAsync(LambdaCloud lambda, string type, JsonObject properties)
    {
        var resource = new ResourceDefinition(type, "logical", "stack", "stack-logical-1", properties, new JsonObject { ["aws:asset:path"] = "." }, Path.GetTempPath());
        return lambda.Cloud.Get<IEnumerable<IResourceProvider>>().Single(provider => provider.ResourceTypes.Contains(type)).CreateAsync(resource, TestContext.Current.CancellationToken);
    }
}
