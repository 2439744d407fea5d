using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.CloudTrail;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.Local.Backups;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.AwsBackup;

public sealed class TableJobTests(DynamoDbLocalProcess process) : BackupTest(process)
{
    private const string TableArn = "arn:aws:dynamodb:eu-west-1:000000000000:table/people";
    private const string VaultArn = "arn:aws:backup:eu-west-1:000000000000:backup-vault:vault";
    private BackupApi api = null!;
    private DefaultBus bus = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        api = new BackupApi(Cloud);
        bus = await DefaultBus.WatchAsync(Cloud, Cancellation);
        await api.PutAsync($"/backup-vaults/{BackupApi.Vault}", [], Cancellation);
    }

    public override async ValueTask DisposeAsync()
    {
        api.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_table_is_backed_up_and_comes_back_as_a_new_one()
    {
        await Put("1", "Ada");
        var backup = await api.BackUpAsync(TableArn, Cancellation);
        await Delete("1");

        var restore = await api.RestoreAsync(PointOf(backup), To("restored"), Cancellation);

        restore["Status"]!.ToString().ShouldBe("COMPLETED");
        restore["CreatedResourceArn"]!.ToString().ShouldBe("arn:aws:dynamodb:eu-west-1:000000000000:table/restored");
        (await Describe("restored")).TableStatus.ShouldBe(TableStatus.ACTIVE);
        (await Content("restored")).ShouldBe([("1", "Ada")]);
        (await Content(People)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_restore_job_tells_the_instant_its_data_is_from_in_seconds()
    {
        var backup = await api.BackUpAsync(TableArn, Cancellation);
        var point = await api.GetAsync($"/backup-vaults/vault/recovery-points/{Uri.EscapeDataString(PointOf(backup))}", Cancellation);

        var restore = await api.RestoreAsync(PointOf(backup), To("restored"), Cancellation);

        restore["RecoveryPointCreationDate"]!.GetValue<decimal>().ShouldBe(Clouds.Start.AddSeconds(10).ToUnixTimeSeconds());
        point["CreationDate"]!.GetValue<decimal>().ShouldBe(restore["RecoveryPointCreationDate"]!.GetValue<decimal>());
        (restore["SourceResourceArn"]!.ToString(), restore["BackupVaultArn"]!.ToString(), restore["ResourceType"]!.ToString()).ShouldBe((TableArn, VaultArn, "DynamoDB"));
    }

    [Fact]
    public async Task A_job_waits_runs_and_completes_on_the_clouds_clock()
    {
        var point = PointOf(await api.BackUpAsync(TableArn, Cancellation));
        var job = $"/restore-jobs/{(await api.StartRestoreAsync(point, To("restored"), Cancellation))["RestoreJobId"]}";

        (await Status()).ShouldBe("PENDING");
        await Time.AdvanceAsync(TimeSpan.FromSeconds(10), Cancellation);
        (await Status()).ShouldBe("RUNNING");
        await Time.AdvanceAsync(TimeSpan.FromSeconds(59), Cancellation);
        (await Status()).ShouldBe("RUNNING");
        await Time.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);
        (await Status()).ShouldBe("COMPLETED");

        async Task<string> Status() => (await api.GetAsync(job, Cancellation))["Status"]!.ToString();
    }

    [Fact]
    public async Task The_events_of_a_restore_are_worded_as_AWS_words_them()
    {
        var point = PointOf(await api.BackUpAsync(TableArn, Cancellation));
        await bus.TakeAsync(Cancellation);

        var job = await api.RestoreAsync(point, To("restored"), Cancellation);

        var told = (await bus.TakeAsync(Cancellation)).ToLookup(envelope => envelope["detail-type"]!.ToString());
        var jobs = told["Restore Job State Change"].ToList();
        jobs.ShouldAllBe(envelope => envelope["source"]!.ToString() == "aws.backup" && envelope["resources"]![0]!.ToString() == point);
        jobs.Select(envelope => (envelope["detail"]!["state"]?.ToString(), envelope["detail"]!["status"]?.ToString()))
            .ShouldBe([("CREATED", null), (null, "PENDING"), (null, "RUNNING"), (null, "COMPLETED")], ignoreOrder: true);
        Detail("RUNNING").ContainsKey("recoveryPointArn").ShouldBeFalse();
        JsonNode.DeepEquals(Detail("COMPLETED"), JsonNode.Parse($$"""
            {"restoreJobId":"{{job["RestoreJobId"]}}","backupVaultArn":"{{VaultArn}}","recoveryPointArn":"{{point}}","sourceResourceArn":"{{TableArn}}",
             "backupSizeInBytes":"0","creationDate":"2026-01-31T10:01:00.000Z","iamRoleArn":"{{BackupApi.Role}}","percentDone":0,"resourceType":"DynamoDB",
             "status":"COMPLETED","createdResourceArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/restored","completionDate":"2026-01-31T10:02:10.000Z"}
            """)).ShouldBeTrue(Detail("COMPLETED").ToJsonString());

        var call = told["AWS API Call via CloudTrail"].ShouldHaveSingleItem()["detail"]!;
        call["eventName"]!.ToString().ShouldBe("RestoreTableFromBackup");
        call["requestParameters"]!["backupArn"]!.ToString().ShouldBe(point);

        JsonObject Detail(string status) => jobs.Single(envelope => envelope["detail"]!["status"]?.ToString() == status)["detail"]!.AsObject();
    }

    [Fact]
    public async Task The_events_of_a_backup_have_a_state()
    {
        var job = await api.BackUpAsync(TableArn, Cancellation);

        var told = (await bus.TakeAsync(Cancellation)).Select(envelope => envelope["detail"]!.AsObject()).ToList();
        told.Select(detail => detail["state"]!.ToString()).ShouldBe(["CREATED", "PENDING", "RUNNING", "COMPLETED"], ignoreOrder: true);
        told.ShouldAllBe(detail => detail["backupJobId"]!.ToString() == job["BackupJobId"]!.ToString() && detail["resourceArn"]!.ToString() == TableArn && !detail.ContainsKey("status"));
    }

    [Fact]
    public async Task A_restore_over_a_table_fails_and_says_so_without_its_source()
    {
        var point = PointOf(await api.BackUpAsync(TableArn, Cancellation));

        var job = await api.RestoreAsync(point, To(People), Cancellation);

        (job["Status"]!.ToString(), job["StatusMessage"]!.ToString()).ShouldBe(("FAILED", "Table already exists: people"));
        var failed = (await bus.TakeAsync(Cancellation)).Select(envelope => envelope["detail"]!.AsObject()).Single(detail => detail["status"]?.ToString() == "FAILED");
        failed.ContainsKey("recoveryPointArn").ShouldBeFalse();
        failed.ContainsKey("sourceResourceArn").ShouldBeFalse();
        failed.ContainsKey("createdResourceArn").ShouldBeFalse();
    }

    [Fact]
    public async Task Its_events_can_be_lost_and_the_jobs_are_still_listed()
    {
        var point = PointOf(await api.BackUpAsync(TableArn, Cancellation));
        await bus.TakeAsync(Cancellation);
        Cloud.Get<RestoreAnnouncements>().Suppress("aws.backup");
        Cloud.Get<RestoreAnnouncements>().Suppress("aws.dynamodb");

        var restore = await api.RestoreAsync(point, To("restored"), Cancellation);
        await Time.AdvanceAsync(Minute, Cancellation);

        (await bus.TakeAsync(Cancellation)).ShouldBeEmpty();
        (await Listed("?status=COMPLETED&createdAfter=2026-01-31T10:00:30Z")).ShouldBe([restore["RestoreJobId"]!.ToString()]);
        (await Listed("?status=FAILED")).ShouldBeEmpty();
        (await Listed("?createdAfter=2026-01-31T10:01:00Z")).ShouldBeEmpty();

        async Task<IEnumerable<string>> Listed(string query) =>
            (await api.GetAsync($"/restore-jobs/{query}", Cancellation))["RestoreJobs"]!.AsArray().Select(job => job!["RestoreJobId"]!.ToString());
    }

    [Fact]
    public async Task A_job_started_twice_with_one_token_is_one_job()
    {
        var point = PointOf(await api.BackUpAsync(TableArn, Cancellation));

        var first = await api.StartRestoreAsync(point, To("restored"), Cancellation, "token");
        var second = await api.StartRestoreAsync(point, To("restored"), Cancellation, "token");

        second["RestoreJobId"]!.ToString().ShouldBe(first["RestoreJobId"]!.ToString());
    }

    [Fact]
    public async Task Recovery_points_are_listed_by_vault_and_by_resource_page_by_page()
    {
        var first = PointOf(await api.BackUpAsync(TableArn, Cancellation));
        var second = PointOf(await api.BackUpAsync(TableArn, Cancellation));

        var page = await api.GetAsync("/backup-vaults/vault/recovery-points/?maxResults=1", Cancellation);
        var rest = await api.GetAsync($"/backup-vaults/vault/recovery-points/?maxResults=1&nextToken={page["NextToken"]}", Cancellation);
        var all = await api.GetAsync($"/resources/{Uri.EscapeDataString(TableArn)}/recovery-points/", Cancellation);

        Points(page).ShouldBe([second]);
        Points(rest).ShouldBe([first]);
        rest.ContainsKey("NextToken").ShouldBeFalse();
        Points(all).ShouldBe([second, first]);

        static IEnumerable<string> Points(JsonObject listing) => listing["RecoveryPoints"]!.AsArray().Select(point => point!["RecoveryPointArn"]!.ToString());
    }

    [Fact]
    public async Task A_deleted_recovery_point_is_gone_and_so_is_its_backup()
    {
        var point = PointOf(await api.BackUpAsync(TableArn, Cancellation));

        await api.CallAsync(HttpMethod.Delete, $"/backup-vaults/vault/recovery-points/{Uri.EscapeDataString(point)}", null, Cancellation);

        await Should.ThrowAsync<BackupNotFoundException>(() => DynamoDb.DescribeBackupAsync(new DescribeBackupRequest { BackupArn = point }, Cancellation));
        var (status, error) = await api.CallAsync(
            HttpMethod.Put, "/restore-jobs", new JsonObject { ["RecoveryPointArn"] = point, ["Metadata"] = To("restored") }, Cancellation);
        (status, error["__type"]!.ToString()).ShouldBe((400, "ResourceNotFoundException"));
    }

    [Theory]
    [InlineData("POST", "/audit/frameworks", 501, "NotImplemented")]
    [InlineData("GET", "/restore-jobs/none", 400, "ResourceNotFoundException")]
    [InlineData("GET", "/backup-vaults/none", 400, "ResourceNotFoundException")]
    [InlineData("GET", "/restore-jobs/?colour=blue", 400, "InvalidParameterValueException")]
    public async Task What_is_not_there_is_an_error(string method, string path, int status, string code)
    {
        var answer = await api.CallAsync(HttpMethod.Parse(method), path, null, Cancellation);

        (answer.Status, answer.Body["__type"]!.ToString()).ShouldBe((status, code));
    }

    private static string PointOf(JsonObject backupJob) => backupJob["RecoveryPointArn"]!.ToString();

    private static JsonObject To(string table) => new() { ["targetTableName"] = table, ["encryptionType"] = "Default" };
}
