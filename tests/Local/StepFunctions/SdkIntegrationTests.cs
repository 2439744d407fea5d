using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Integrations;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Sdk;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class SdkIntegrationTests
{
    [Theory]
    [InlineData("dynamodb", "describeTable", """{"TableName":"t"}""", "POST / {\"TableName\":\"t\"}", """{"Table":{"CreationDateTime":1769860800.123,"SSEDescription":{"KMSMasterKeyArn":"k"}}}""", """{"Table":{"CreationDateTime":"2026-01-31T12:00:00.123Z","SseDescription":{"KmsMasterKeyArn":"k"}}}""")]
    [InlineData("dynamodb", "getItem", """{"TableName":"t","Key":{"ID":{"Bool":true}}}""", "POST / {\"TableName\":\"t\",\"Key\":{\"ID\":{\"BOOL\":true}}}", """{"Item":{"ID":{"BOOL":true},"NULL":{"SS":["a"]}}}""", """{"Item":{"ID":{"Bool":true},"NULL":{"Ss":["a"]}}}""")]
    [InlineData("backup", "describeRestoreJob", """{"RestoreJobId":"a/b"}""", "GET /restore-jobs/a%2Fb ", """{"CreationDate":1769860800,"Status":"COMPLETED"}""", """{"CreationDate":"2026-01-31T12:00:00Z","Status":"COMPLETED"}""")]
    [InlineData("backup", "listRestoreJobs", """{"ByStatus":"COMPLETED","MaxResults":5}""", "GET /restore-jobs/?maxResults=5&status=COMPLETED ", """{"RestoreJobs":[]}""", """{"RestoreJobs":[]}""")]
    [InlineData("backup", "tagResource", """{"ResourceArn":"arn:x","Tags":{"DBName":"v"}}""", "POST /tags/arn%3Ax {\"Tags\":{\"DBName\":\"v\"}}", "", "{}")]
    [InlineData("rds", "describeDBInstances", """{"DbInstanceIdentifier":"d","Filters":[{"Name":"n","Values":["v"]}]}""", "POST / Action=DescribeDBInstances&Version=2014-10-31&DBInstanceIdentifier=d&Filters.Filter.1.Name=n&Filters.Filter.1.Values.Value.1=v", "<R><DescribeDBInstancesResult><DBInstances><DBInstance><DBInstanceStatus>available</DBInstanceStatus><MultiAZ>false</MultiAZ><AllocatedStorage>20</AllocatedStorage><DBSecurityGroups/><InstanceCreateTime>2026-01-31T12:00:00.000Z</InstanceCreateTime></DBInstance></DBInstances></DescribeDBInstancesResult></R>", """{"DbInstances":[{"DbInstanceStatus":"available","MultiAZ":false,"AllocatedStorage":20,"DbSecurityGroups":[],"InstanceCreateTime":"2026-01-31T12:00:00Z"}]}""")]
    [InlineData("s3", "putObjectTagging", """{"Bucket":"b","Key":"a b/c","VersionId":"1","Tagging":{"TagSet":[{"Key":"k","Value":"v"}]}}""", "PUT /b/a%20b/c?tagging&versionId=1 <Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>", "", "{}")]
    [InlineData("s3", "listObjectVersions", """{"Bucket":"b"}""", "GET /b?versions ", "<L><IsTruncated>false</IsTruncated><Version><Key>k</Key><Size>1</Size></Version><Version><Key>l</Key><Size>2</Size></Version></L>", """{"IsTruncated":false,"Versions":[{"Key":"k","Size":1},{"Key":"l","Size":2}]}""")]
    [InlineData("sfn", "startExecution", """{"StateMachineArn":"m"}""", "POST / {\"stateMachineArn\":\"m\"}", """{"startDate":1769860800,"executionArn":"e"}""", """{"StartDate":"2026-01-31T12:00:00Z","ExecutionArn":"e"}""")]
    public async Task A_call_goes_out_in_the_services_protocol_and_comes_back_in_the_SDKs_names(string service, string action, string parameters, string request, string answer, string result)
    {
        var (sent, got) = await CallAsync(service, action, parameters, 200, answer);

        sent.ShouldBe(request);
        got.ShouldBe(result);
    }

    [Theory]
    [InlineData("dynamodb", "describeContinuousBackups", """{"__type":"com.amazonaws.dynamodb.v20120810#TableNotFoundException","message":"no"}""", "DynamoDb.TableNotFoundException")]
    [InlineData("dynamodb", "describeTable", """{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}""", "DynamoDb.DynamoDbException")]
    [InlineData("rds", "describeDBInstances", "<E><Error><Code>DBInstanceNotFound</Code><Message>no</Message></Error></E>", "Rds.DbInstanceNotFoundException")]
    [InlineData("rds", "describeDBClusters", "<E><Error><Code>DBClusterNotFoundFault</Code><Message>no</Message></Error></E>", "Rds.DbClusterNotFoundException")]
    [InlineData("s3", "getBucketTagging", "<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>", "S3.NoSuchBucketException")]
    [InlineData("s3", "getBucketTagging", "<Error><Code>NoSuchTagSet</Code><Message>no</Message></Error>", "S3.S3Exception")]
    public async Task A_refusal_has_the_SDKs_name(string service, string action, string answer, string error)
    {
        var failure = await Should.ThrowAsync<StateFailure>(() => CallAsync(service, action, "{}", 400, answer));

        failure.Error.ShouldBe(error);
        failure.Cause.ShouldStartWith($"no (Service: {error.Split('.')[0]}, Status Code: 400, Request ID: ");
    }

    private static async Task<(string Request, string Result)> CallAsync(string service, string action, string parameters, int status, string answer)
    {
        var sent = "";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            sent = $"{context.Request.Method} {target} {await reader.ReadToEndAsync()}";
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(answer);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new AwsHttpClient(() => new Uri(app.Urls.First()), TimeProvider.System);
        var operation = SdkOperations.All.Single(row => row.Service.Name == service && row.Action == action);
        var result = await new SdkIntegration(operation, http, new Chance(new Random(1))).CallAsync(new TaskCall(Json.Parse(parameters), "execution", "machine", "role"), TestContext.Current.CancellationToken);
        return (sent, Json.Text(result));
    }
}
