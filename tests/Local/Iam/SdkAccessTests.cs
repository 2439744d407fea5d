using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Rds;
using ServerlessGdpr.Tests.Local.AwsBackup;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Iam;

/// <summary>AWS SDK integrations against the cloud's own services, as a role.</summary>
public sealed class SdkAccessTests(DynamoDbLocalProcess process) : IAsyncLifetime
{
    private const string Sdk = "arn:aws:states:::aws-sdk:";
    private const string Arn = "arn:aws:dynamodb:eu-west-1:000000000000:table/people";
    private const string Named = $$"""{"ResourceArn":"{{Arn}}"}""";

    private const string Table = """
        {"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"people","BillingMode":"PAY_PER_REQUEST",
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]}}
        """;

    private const string Databases = """
        {
          "DBInstances":[{"DBInstanceIdentifier":"orders","DBInstanceArn":"arn:aws:rds:eu-west-1:000000000000:db:orders","DBInstanceStatus":"available","DbiResourceId":"db-1","MultiAZ":false,
            "InstanceCreateTime":"2026-01-30T03:00:00Z","TagList":[{"Key":"team","Value":"shop"}]}],
          "DBSnapshots":[{"DBSnapshotIdentifier":"nightly","DBInstanceIdentifier":"orders","OriginalSnapshotCreateTime":"2026-01-30T03:00:00.250Z","Encrypted":true}],
          "DBClusters":[{"DBClusterIdentifier":"books","DbClusterResourceId":"cluster-1","Status":"available","ClusterCreateTime":"2026-01-30T03:00:00Z"}],
          "DBClusterSnapshots":[{"DBClusterSnapshotIdentifier":"weekly","DBClusterIdentifier":"books","SnapshotCreateTime":"2026-01-30T03:00:00Z"}]
        }
        """;

    private RoleCloud cloud = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await RoleCloud.StartAsync(process);
        await cloud.DeployAsync("tables", ("People", Table));
        cloud.Cloud.Get<RdsFixtures>().Load(JsonNode.Parse(Databases)!.AsObject());
    }

    public ValueTask DisposeAsync() => cloud.DisposeAsync();

    [Fact]
    public async Task A_table_and_its_backup_are_described()
    {
        using var operators = cloud.DynamoDb(asOperator: true);
        var backup = (await operators.CreateBackupAsync(new CreateBackupRequest { TableName = "people", BackupName = "nightly" }, Cancellation)).BackupDetails.BackupArn;
        cloud.Allow("dynamodb:DescribeTable dynamodb:DescribeBackup", "*");

        var table = await CallAsync("dynamodb:describeTable", """{"TableName":"people"}""");
        ((string)table["Table"]!["TableStatus"]!, (string)table["Table"]!["TableArn"]!, (string)table["Table"]!["CreationDateTime"]!).ShouldBe(("ACTIVE", Arn, "2026-01-01T00:00:00Z"));
        ((string)table["Table"]!["TableId"]!).Length.ShouldBe(36);
        var described = (await CallAsync("dynamodb:describeBackup", $$"""{"BackupArn":"{{backup}}"}"""))["BackupDescription"]!;
        ((string)described["BackupDetails"]!["BackupCreationDateTime"]!).ShouldStartWith("2026-01-01T00:00");
        ((string)described["SourceTableDetails"]!["TableArn"]!).ShouldBe(Arn);

        (await FailAsync("dynamodb:describeTable", """{"TableName":"absent"}""")).ShouldStartWith("FAILED DynamoDb.ResourceNotFoundException: ");
        (await FailAsync("dynamodb:describeBackup", $$"""{"BackupArn":"{{backup}}0"}""")).ShouldStartWith("FAILED DynamoDb.BackupNotFoundException: ");
    }

    [Fact]
    public async Task A_table_is_tagged_and_put_under_a_policy_and_released()
    {
        cloud.Allow("dynamodb:*", Arn);

        await CallAsync("dynamodb:tagResource", $$"""{"ResourceArn":"{{Arn}}","Tags":[{"Key":"gdpr-replay","Value":"pending"}]}""");
        (await CallAsync("dynamodb:listTagsOfResource", Named)).ToJsonString().ShouldBe("""{"Tags":[{"Key":"gdpr-replay","Value":"pending"}]}""");
        await CallAsync("dynamodb:untagResource", $$"""{"ResourceArn":"{{Arn}}","TagKeys":["gdpr-replay"]}""");

        var put = await CallAsync("dynamodb:putResourcePolicy", new JsonObject
        {
            ["ResourceArn"] = Arn,
            ["Policy"] = """{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"dynamodb:GetItem","Resource":"*"}]}""",
        }.ToJsonString());
        (await FailAsync("dynamodb:getItem", """{"TableName":"people","Key":{"pk":{"S":"a"}}}""")).ShouldContain("explicit deny in a resource-based policy");
        ((string)(await CallAsync("dynamodb:getResourcePolicy", Named))["RevisionId"]!).ShouldBe((string)put["RevisionId"]!);
        await CallAsync("dynamodb:deleteResourcePolicy", Named);
        (await FailAsync("dynamodb:getResourcePolicy", Named)).ShouldStartWith("FAILED DynamoDb.PolicyNotFoundException: ");
        await CallAsync("dynamodb:getItem", """{"TableName":"people","Key":{"pk":{"S":"a"}}}""");
    }

    [Theory]
    [InlineData("describeDBInstances", """{"DbInstanceIdentifier":"orders"}""", """{"DbInstances":[{"DbInstanceIdentifier":"orders","DbInstanceArn":"arn:aws:rds:eu-west-1:000000000000:db:orders","DbInstanceStatus":"available","DbiResourceId":"db-1","MultiAZ":false,"InstanceCreateTime":"2026-01-30T03:00:00Z","TagList":[{"Key":"team","Value":"shop"}]}]}""")]
    [InlineData("describeDBSnapshots", """{"DbSnapshotIdentifier":"nightly"}""", """{"DbSnapshots":[{"DbSnapshotIdentifier":"nightly","DbInstanceIdentifier":"orders","OriginalSnapshotCreateTime":"2026-01-30T03:00:00.250Z","Encrypted":true}]}""")]
    [InlineData("describeDBClusters", """{"DbClusterIdentifier":"books"}""", """{"DbClusters":[{"DbClusterIdentifier":"books","DbClusterResourceId":"cluster-1","Status":"available","ClusterCreateTime":"2026-01-30T03:00:00Z"}]}""")]
    [InlineData("describeDBClusterSnapshots", """{"DbClusterSnapshotIdentifier":"weekly"}""", """{"DbClusterSnapshots":[{"DbClusterSnapshotIdentifier":"weekly","DbClusterIdentifier":"books","SnapshotCreateTime":"2026-01-30T03:00:00Z"}]}""")]
    [InlineData("describeDBSnapshots", """{"DbInstanceIdentifier":"none"}""", """{"DbSnapshots":[]}""")]
    public async Task Databases_are_described_in_the_SDKs_names(string action, string parameters, string answer)
    {
        cloud.Allow("rds:Describe*", "arn:aws:rds:eu-west-1:000000000000:*");

        (await CallAsync($"rds:{action}", parameters)).ToJsonString().ShouldBe(answer);
    }

    [Theory]
    [InlineData("describeDBInstances", "DbInstanceIdentifier", "Rds.DbInstanceNotFoundException")]
    [InlineData("describeDBSnapshots", "DbSnapshotIdentifier", "Rds.DbSnapshotNotFoundException")]
    [InlineData("describeDBClusters", "DbClusterIdentifier", "Rds.DbClusterNotFoundException")]
    [InlineData("describeDBClusterSnapshots", "DbClusterSnapshotIdentifier", "Rds.DbClusterSnapshotNotFoundException")]
    public async Task A_database_that_is_not_there_is_an_error_of_its_own(string action, string member, string error)
    {
        cloud.Allow("rds:Describe*", "*");

        (await FailAsync($"rds:{action}", $$"""{"{{member}}":"absent"}""")).ShouldStartWith($"FAILED {error}: ");
    }

    [Fact]
    public async Task A_database_is_described_to_who_may_see_it()
    {
        cloud.Allow("rds:DescribeDBInstances", "arn:aws:rds:eu-west-1:000000000000:db:orders");

        await CallAsync("rds:describeDBInstances", """{"DbInstanceIdentifier":"orders"}""");

        (await FailAsync("rds:describeDBInstances", """{"DbInstanceIdentifier":"customers"}""")).ShouldContain("rds:DescribeDBInstances on resource: arn:aws:rds:eu-west-1:000000000000:db:customers");
        (await FailAsync("rds:describeDBInstances", "{}")).ShouldContain("db:*");
        (await FailAsync("rds:describeDBClusters", "{}")).ShouldContain("rds:DescribeDBClusters");
    }

    [Fact]
    public async Task A_restore_job_and_its_recovery_point_are_described()
    {
        using var api = new BackupApi(cloud.Cloud);
        await api.PutAsync($"/backup-vaults/{BackupApi.Vault}", [], Cancellation);
        var point = (string)(await api.BackUpAsync(Arn, Cancellation))["RecoveryPointArn"]!;
        var job = (string)(await api.RestoreAsync(point, new JsonObject { ["targetTableName"] = "restored" }, Cancellation))["RestoreJobId"]!;
        cloud.Allow("backup:DescribeRestoreJob backup:ListRestoreJobs backup:DescribeRecoveryPoint", "*");

        var restore = await CallAsync("backup:describeRestoreJob", $$"""{"RestoreJobId":"{{job}}"}""");
        ((string)restore["Status"]!, (string)restore["CreatedResourceArn"]!).ShouldBe(("COMPLETED", Arn.Replace("people", "restored")));
        var recovery = await CallAsync("backup:describeRecoveryPoint", $$"""{"BackupVaultName":"{{BackupApi.Vault}}","RecoveryPointArn":"{{point}}"}""");
        ((string)recovery["CreationDate"]!, (string)recovery["ResourceArn"]!).ShouldBe(((string)restore["RecoveryPointCreationDate"]!, Arn));
        ((string)recovery["CreationDate"]!).ShouldStartWith("2026-01-01T00:");
        (await CallAsync("backup:listRestoreJobs", """{"ByStatus":"COMPLETED"}"""))["RestoreJobs"]!.AsArray().ShouldHaveSingleItem();

        (await FailAsync("backup:describeRestoreJob", """{"RestoreJobId":"absent"}""")).ShouldStartWith("FAILED Backup.ResourceNotFoundException: ");
        cloud.Allow("backup:DescribeRecoveryPoint", $"{point}0");
        (await FailAsync("backup:describeRecoveryPoint", $$"""{"BackupVaultName":"{{BackupApi.Vault}}","RecoveryPointArn":"{{point}}"}""")).ShouldContain("backup:DescribeRecoveryPoint");
    }

    private async Task<JsonNode> CallAsync(string action, string parameters)
    {
        var answer = await RoleMachine.CallAsync(cloud, Sdk + action, parameters);
        return answer.StartsWith('{') ? JsonNode.Parse(answer)! : throw new InvalidOperationException(answer);
    }

    private async Task<string> FailAsync(string action, string parameters)
    {
        var answer = await RoleMachine.CallAsync(cloud, Sdk + action, parameters);
        answer.ShouldStartWith("FAILED ");
        return answer;
    }
}
