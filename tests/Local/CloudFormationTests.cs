using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

public sealed class CloudFormationTests : IAsyncLifetime
{
    private readonly RecordingProvider provider = new();
    private Cloud cloud = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        cloud = await Clouds.StartAsync(Cancellation, services => services.AddSingleton<IResourceProvider>(provider));

    public ValueTask DisposeAsync() => cloud.DisposeAsync();

    [Theory]
    [InlineData("""{"Ref":"AWS::AccountId"}""", "\"000000000000\"")]
    [InlineData("""{"Ref":"AWS::StackName"}""", "\"stack\"")]
    [InlineData("""{"Fn::Sub":"${AWS::Partition}-${AWS::Region}-${AWS::URLSuffix}"}""", "\"aws-eu-west-1-amazonaws.com\"")]
    [InlineData("""{"Fn::Sub":"${!Literal} ${Other} ${Other.Arn}"}""", "\"${Literal} ref-Other arn-Other\"")]
    [InlineData("""{"Fn::Sub":["${x}/${Stage}",{"x":{"Ref":"Other"}}]}""", "\"ref-Other/test\"")]
    [InlineData("""{"Fn::GetAtt":["Other","Arn"]}""", "\"arn-Other\"")]
    [InlineData("""{"Fn::GetAtt":"Other.Arn"}""", "\"arn-Other\"")]
    [InlineData("""{"Fn::Join":["-",["a",{"Ref":"Other"},7]]}""", "\"a-ref-Other-7\"")]
    [InlineData("""{"Fn::Select":[1,{"Fn::Split":["|","bus|rule"]}]}""", "\"rule\"")]
    [InlineData("""{"Fn::If":["IsTest","yes","no"]}""", "\"yes\"")]
    [InlineData("""{"Fn::If":["IsNeither",{"Fn::GetAtt":["Missing","Arn"]},"no"]}""", "\"no\"")]
    [InlineData("""{"Fn::Base64":"ä"}""", "\"w6Q=\"")]
    [InlineData("""{"Fn::FindInMap":["Sizes",{"Ref":"Stage"},"memory"]}""", "256")]
    [InlineData("""{"Fn::ToJsonString":{"a":{"Ref":"Other"},"b":[1]}}""", "\"{\\\"a\\\":\\\"ref-Other\\\",\\\"b\\\":[1]}\"")]
    [InlineData("""{"Ref":"Names"}""", """["a","b"]""")]
    [InlineData("""[1,{"Ref":"AWS::NoValue"},{"x":{"Ref":"AWS::NoValue"},"y":true}]""", """[1,{"y":true}]""")]
    public async Task A_function_gives_its_value(string function, string value)
    {
        await DeployAsync($$"""
            {
              "Parameters": { "Stage": { "Type": "String", "Default": "test" }, "Names": { "Type": "CommaDelimitedList", "Default": "a, b" } },
              "Mappings": { "Sizes": { "test": { "memory": 256 } } },
              "Conditions": {
                "IsTest": { "Fn::And": [ { "Fn::Equals": [ { "Ref": "Stage" }, "test" ] }, { "Fn::Not": [ { "Condition": "IsLive" } ] } ] },
                "IsLive": { "Fn::Equals": [ { "Ref": "Stage" }, "live" ] },
                "IsNeither": { "Fn::Not": [ { "Fn::Or": [ { "Condition": "IsTest" }, { "Condition": "IsLive" } ] } ] }
              },
              "Resources": {
                "First": { "Type": "Test::Thing", "Properties": { "Value": {{function}} } },
                "Other": { "Type": "Test::Thing" },
                "Missing": { "Type": "Test::Thing", "Condition": "IsNeither" }
              }
            }
            """);

        provider.Created.Single(resource => resource.LogicalId == "First").Properties["Value"]!.ToText().ShouldBe(value);
        provider.Created.ShouldNotContain(resource => resource.LogicalId == "Missing");
    }

    [Fact]
    public async Task Resources_are_created_after_what_they_refer_to()
    {
        await DeployAsync("""
            {"Resources":{
              "A":{"Type":"Test::Thing","Properties":{"Value":{"Fn::Join":["",[{"Fn::GetAtt":["B","Arn"]}]]}}},
              "B":{"Type":"Test::Thing","DependsOn":"C"},
              "C":{"Type":"Test::Thing","Properties":{"Value":{"Fn::Sub":"x${D.Arn}"}}},
              "D":{"Type":"Test::Thing","DependsOn":["E"]},
              "E":{"Type":"Test::Thing"},
              "CDKMetadata":{"Type":"AWS::CDK::Metadata"}
            }}
            """);

        provider.Created.Select(resource => resource.LogicalId).ShouldBe(["E", "D", "C", "B", "A"]);
    }

    [Theory]
    [InlineData("""{"Resources":{"A":{"Type":"Test::Thing","Properties":{"V":{"Ref":"B"}}},"B":{"Type":"Test::Thing","Properties":{"V":{"Fn::GetAtt":["A","Arn"]}}}}}""", "circular dependency between resources: A -> B -> A")]
    [InlineData("""{"Resources":{"A":{"Type":"AWS::EC2::Instance"}}}""", "Stack stack, resource A: the local cloud does not know resources of type AWS::EC2::Instance")]
    [InlineData("""{"Resources":{"A":{"Type":"Test::Thing","Properties":{"V":{"Fn::GetAZs":""}}}}}""", "Stack stack, resource A: the local cloud does not know the function Fn::GetAZs")]
    [InlineData("""{"Resources":{"A":{"Type":"Test::Thing","Properties":{"V":{"Ref":"Nobody"}}}}}""", "Stack stack, resource A: unresolved dependency Nobody")]
    [InlineData("""{"Resources":{"A":{"Type":"Test::Thing","Properties":{"V":{"Fn::GetAtt":["B","Nonsense"]}}},"B":{"Type":"Test::Thing"}}}""", "Stack stack, resource A: the local cloud knows no attribute Nonsense of B")]
    [InlineData("""{"Resources":{"A":{"Type":"Test::Thing","Properties":{"V":{"Fn::ImportValue":"x"}}}}}""", "no stack exports x")]
    [InlineData("""{"Resources":{"A":{"Type":"Test::Thing","Properties":{"V":"{{resolve:ssm:/x}}"}}}}""", "dynamic references")]
    [InlineData("""{"Resources":{"A":{"Type":"Test::Thing","CreationPolicy":{}}}}""", "does not know the resource attribute CreationPolicy")]
    [InlineData("""{"Transform":"AWS::Serverless-2016-10-31","Resources":{}}""", "does not know the property Transform")]
    [InlineData("""{"Rules":{"Mine":{}},"Resources":{}}""", "does not check the rule Mine")]
    [InlineData("""{"Parameters":{"P":{"Type":"String"}},"Resources":{}}""", "has neither a value nor a default")]
    [InlineData("""{"Parameters":{"P":{"Type":"AWS::SSM::Parameter::Value<String>","Default":"/mine"}},"Resources":{}}""", "does not know the type")]
    [InlineData("""{"Parameters":{"P":{"Type":"String","Default":"x","AllowedValues":["y"]}},"Resources":{}}""", "must be one of y")]
    [InlineData("""{"Conditions":{"C":{"Fn::Not":[{"Condition":"C"}]}},"Resources":{"A":{"Type":"Test::Thing","Condition":"C"}}}""", "condition C depends on itself")]
    [InlineData("""{"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"Nonsense":1}}}}""", "Stack stack, resource Q (AWS::SQS::Queue): Q (AWS::SQS::Queue) of stack stack: the local cloud does not know the property Nonsense")]
    [InlineData("""{"Resources":{"R":{"Type":"AWS::Events::Rule","Properties":{"EventPattern":{"source":"shop"}}}}}""", "Stack stack, resource R (AWS::Events::Rule): Event pattern is not valid")]
    [InlineData("{", "is not JSON")]
    public async Task What_is_unknown_is_refused_by_name(string template, string message)
    {
        var refusal = await Should.ThrowAsync<AwsError>(() => DeployAsync(template));

        refusal.Message.ShouldContain(message);
    }

    [Fact]
    public async Task An_app_is_deployed_stack_by_stack_with_imports_and_assets()
    {
        using var app = new SynthesizedApp();

        await cloud.Get<Deployer>().DeployAppAsync(app.Directory, Cancellation);

        var user = provider.Created.Single(resource => resource.LogicalId == "User");
        user.Properties["Value"]!.GetValue<string>().ShouldBe("arn-Provided");
        user.Metadata!["aws:asset:path"]!.GetValue<string>().ShouldBe("asset.1234");
        user.AssetDirectory.ShouldBe(app.Directory);
        user.PhysicalName.ShouldStartWith("user-stack-User-");

        var deployments = cloud.Get<Deployments>();
        deployments.Stacks.Select(stack => stack.Name).ShouldBe(["base", "user-stack"]);
        deployments.Stack("base").Outputs["Out"].ShouldBe("arn-Provided");
        deployments.Exports["base:Arn"].ShouldBe("arn-Provided");
        deployments.Stack("base").Resource("Provided").Arn.ShouldBe("arn-Provided");
        deployments.Only("Test::Thing", "Us").Stack.ShouldBe("user-stack");
    }

    [Fact]
    public async Task A_stack_is_not_deployed_twice()
    {
        await DeployAsync("""{"Resources":{}}""");

        (await Should.ThrowAsync<AwsError>(() => DeployAsync("""{"Resources":{}}"""))).Code.ShouldBe("AlreadyExistsException");
    }

    [Fact]
    public async Task A_queue_a_bus_and_their_rules_work_together_once_deployed()
    {
        var stack = await DeployAsync("""
            {"Resources":{
              "Rule":{"Type":"AWS::Events::Rule","Properties":{"EventBusName":{"Ref":"Bus"},"EventPattern":{"detail-type":["ErasureRequested"]},"State":"ENABLED",
                "Targets":[{"Id":"Target0","Arn":{"Fn::GetAtt":["Queue","Arn"]},"DeadLetterConfig":{"Arn":{"Fn::GetAtt":["Dead","Arn"]}}}]}},
              "Bus":{"Type":"AWS::Events::EventBus","Properties":{"Name":"requests","KmsKeyIdentifier":"key"}},
              "BusPolicy":{"Type":"AWS::Events::EventBusPolicy","Properties":{"EventBusName":{"Ref":"Bus"},"StatementId":"apps","Statement":{"Effect":"Allow","Principal":"*","Action":"events:PutEvents"}}},
              "Dead":{"Type":"AWS::SQS::Queue","Properties":{"MessageRetentionPeriod":1209600}},
              "Queue":{"Type":"AWS::SQS::Queue","Properties":{"VisibilityTimeout":360,"RedrivePolicy":{"deadLetterTargetArn":{"Fn::GetAtt":["Dead","Arn"]},"maxReceiveCount":5}}},
              "QueuePolicy":{"Type":"AWS::SQS::QueuePolicy","Properties":{"Queues":[{"Ref":"Queue"}],"PolicyDocument":{}}}
            }}
            """);
        using var events = new AwsJson(cloud, "events", "AWSEvents");
        var entry = new JsonObject { ["Source"] = "shop", ["DetailType"] = "ErasureRequested", ["Detail"] = "{}", ["EventBusName"] = "requests" };

        await events.CallAsync("PutEvents", new JsonObject { ["Entries"] = new JsonArray(entry) }, Cancellation);
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.Zero, Cancellation);

        (await cloud.Get<IQueues>().ReceiveAsync(stack.Resource("Queue").Arn, 10, TimeSpan.Zero, Cancellation)).Count.ShouldBe(1);
        stack.Resource("Rule").Ref.ShouldStartWith("requests|stack-Rule-");
        var bus = await events.CallAsync("DescribeEventBus", new JsonObject { ["Name"] = "requests" }, Cancellation);
        JsonNode.Parse(bus["Policy"]!.GetValue<string>())!["Statement"]![0]!["Sid"]!.GetValue<string>().ShouldBe("apps");
    }

    private Task<DeployedStack> DeployAsync(string template) => cloud.Get<Deployer>().DeployTemplateAsync("stack", template, null, Cancellation);

    /// <summary>Things whose Ref and ARN tell their logical id.</summary>
    private sealed class RecordingProvider : IResourceProvider
    {
        public List<ResourceDefinition> Created { get; } = [];

        public IReadOnlyCollection<string> ResourceTypes => ["Test::Thing"];

        public Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation)
        {
            Created.Add(resource);
            return Task.FromResult(CreatedResource.Of($"ref-{resource.LogicalId}", $"arn-{resource.LogicalId}"));
        }
    }

    /// <summary>Two stacks as CDK writes them, the second one first.</summary>
    private sealed class SynthesizedApp : IDisposable
    {
        public SynthesizedApp()
        {
            Write("manifest.json", """
                {"version":"36.0.0","artifacts":{
                  "User":{"type":"aws:cloudformation:stack","properties":{"templateFile":"User.template.json","stackName":"user-stack"},"dependencies":["base","User.assets"]},
                  "User.assets":{"type":"cdk:asset-manifest","properties":{"file":"User.assets.json"}},
                  "base":{"type":"aws:cloudformation:stack","properties":{"templateFile":"base.template.json"},"dependencies":["base.assets"]},
                  "base.assets":{"type":"cdk:asset-manifest","properties":{"file":"base.assets.json"}},
                  "Tree":{"type":"cdk:tree","properties":{"file":"tree.json"}}
                }}
                """);
            Write("base.assets.json", """{"version":"36.0.0","files":{}}""");
            Write("User.assets.json", """{"version":"36.0.0","files":{"1234":{"source":{"path":"asset.1234","packaging":"zip"},"destinations":{"current":{"bucketName":"b","objectKey":"1234.zip"}}}}}""");
            Write("base.template.json", """
                {"Resources":{"Provided":{"Type":"Test::Thing"}},
                 "Outputs":{"Out":{"Value":{"Fn::GetAtt":["Provided","Arn"]},"Export":{"Name":{"Fn::Sub":"${AWS::StackName}:Arn"}}}},
                 "Parameters":{"BootstrapVersion":{"Type":"AWS::SSM::Parameter::Value<String>","Default":"/cdk-bootstrap/hnb659fds/version"}},
                 "Rules":{"CheckBootstrapVersion":{"Assertions":[]}}}
                """);
            Write("User.template.json", """{"Resources":{"User":{"Type":"Test::Thing","Properties":{"Value":{"Fn::ImportValue":"base:Arn"},"Code":{"S3Bucket":"b","S3Key":"1234.zip"}}}}}""");
        }

        public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("synthesized-").FullName;

        public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

        private void Write(string name, string content) => File.WriteAllText(Path.Combine(Directory, name), content);
    }
}
