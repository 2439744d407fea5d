using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Demo;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Logs;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Tests.Local.AwsBackup;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>P2: identifiers stay in the vault and the ledger, and are ciphertext there.</summary>
public sealed class PersonalDataTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : ReplayTest(app, dynamoDb)
{
    private const string CopyOfUploads = "shop-uploads-restored-1";

    /// <summary>Written in the second sample event in another case and with a space.</summary>
    private const string Callback = "https://shop.example.com/privacy/callbacks";

    private readonly List<string> exportKeys = [];

    private static readonly Identifiers Searched = new(
        Shop.Ada.CustomerId, Shop.Ada.Email, Shop.Other.CustomerId, "C-1077", "Tomasz.Okafor@Example.com ", "tomasz.okafor@example.com", Callback);

    [Fact]
    public async Task Nothing_that_the_system_writes_names_a_person()
    {
        await Live.Shop.PutCustomerAsync(Tomasz, Cancellation);
        await Live.S3.PutObjectAsync(new() { BucketName = Shop.Uploads, Key = $"customers/{Shop.Ada.CustomerId}/letter.txt", ContentBody = "Dear shop" }, Cancellation);
        using var backups = new BackupApi(Live.Cloud);
        await backups.PutAsync($"/backup-vaults/{BackupApi.Vault}", [], Cancellation);
        var table = await Tables.BackUpAsync(Shop.Customers, Cancellation);
        var bucket = (await backups.BackUpAsync($"arn:aws:s3:::{Shop.Uploads}", Cancellation))["RecoveryPointArn"]!.ToString();

        await HappenAsync();
        await AccessAsync();
        var marks = await RestoreAsync(table);
        await RestoreAsync(backups, bucket);

        List<(string Place, string Text)> written = [.. marks, .. await EverythingWrittenAsync()];

        written.Where(piece => Searched.AreIn(piece.Text)).Select(piece => $"{piece.Place}: {piece.Text}").ShouldBeEmpty();
        written.Select(piece => piece.Place).Distinct().ShouldBe(
            ["execution", "log", "status event", "requests", "ledger", "evidence", "vault", "pages", "export key", "resource policy", "tag"], ignoreOrder: true, "every place was looked into");
    }

    [Theory]
    [InlineData("ada.lindqvist@example.com")]
    [InlineData("<ADA.Lindqvist@example.com>")]
    [InlineData("key=ada.lindqvist%40example.com&")]
    [InlineData("C-1042/id.txt")]
    [InlineData("{\"S\":\"YWRhLmxpbmRxdmlzdEBleGFtcGxlLmNvbQ==\"}")]
    [InlineData("eyJjdXN0b21lcl9pZCI6IkMtMTA0MiJ9")]
    public void A_person_is_found_in_whatever_spelling(string text) => Searched.AreIn(text).ShouldBeTrue();

    /// <summary>All that commonly happens, and the failures with their messages.</summary>
    private async Task HappenAsync()
    {
        LockUploadsAway();
        await Live.PublishAsync(AdasEvent(detail => detail["subject_identities"]![1]!["identity_format"] = "Ada"), Cancellation);
        await Live.PublishAsync(AdasEvent(detail => detail["ada.lindqvist@example.com"] = "C-1042"), Cancellation);
        await PublishAsync("erasure-requested.json");
        // The first of two that conflict is the one that counts.
        await Live.SettleAsync(Cancellation);
        await PublishAsync("rejected/conflict.json");
        await PublishAsync("erasure-dry-run.json");
        await PublishAsync("erasure-requested-another-person.json");
        await Live.AdvanceAsync(TimeSpan.FromHours(2), Cancellation);
        Live.StatusEvents.Count(detail => detail["waiting"] is not null).ShouldBe(3);

        Live.Calls.Allow();
        Live.Calls.Refuse("DELETE", Shop.Uploads, Denied());
        Live.Calls.Refuse("POST", Shop.Uploads, new("InternalError", $"Could not delete customers/{Shop.Ada.CustomerId}/id.txt", 500), times: 30);
        await PublishAsync("operator-decided-retry.json");
        await Live.AdvanceAsync(TimeSpan.FromHours(1), Cancellation);
        CountOf("rejected").ShouldBeGreaterThanOrEqualTo(2);
        CountOf("completed").ShouldBe(1);
    }

    /// <summary>Somebody asks for their data; one datastore fails at first, with a message that names them, and leaves its parts for a while.</summary>
    private async Task AccessAsync()
    {
        Live.Calls.Allow();
        var other = DeployedSystem.Sample("access-requested.json");
        other["Detail"]!["subject_identities"]![0]!["identity_value"] = Shop.Other.CustomerId;
        other["Detail"]!["subject_identities"]![1]!["identity_value"] = Shop.Other.Email;
        Live.Calls.Refuse("Query", Shop.Orders, new("ValidationException", $"The key {Shop.Other.Email} is not valid"), times: 1);
        await Live.PublishAsync(other, Cancellation);
        await Live.StatusAsync(detail => (string?)detail["subject_request_type"] == "access" && detail["waiting"] is not null, Cancellation);
        exportKeys.AddRange((await Live.Stores.VersionsAsync(Live.Stores.Exports, Cancellation)).Select(item => item.Key));

        var retry = DeployedSystem.Sample("operator-decided-retry.json");
        retry["Detail"]!["subject_request_id"] = other["Detail"]!["subject_request_id"]!.DeepClone();
        retry["Detail"]!.AsObject().Remove("datastores");
        await Live.PublishAsync(retry, Cancellation);
        await Live.StatusAsync(detail => (string?)detail["subject_request_type"] == "access" && (string?)detail["request_status"] == "completed", Cancellation);
        exportKeys.ShouldContain(key => key.Contains("/files/", StringComparison.Ordinal));
    }

    /// <summary>The customers come back, everyone among them; their first replay fails, with a message that names a person.</summary>
    /// <returns>What was attached to the restored table, before it was clean and after.</returns>
    private async Task<IReadOnlyList<(string Place, string Text)>> RestoreAsync(string backup)
    {
        Live.Calls.Allow();
        var attached = new List<(string, string)>();
        Live.Calls.Refuse("BatchWriteItem", Copy, new("ValidationException", $"The item {Shop.Ada.CustomerId} of {Shop.Ada.Email} is not valid"), times: 1);
        Live.Calls.Before("BatchWriteItem", Copy, async _ => attached.AddRange(await AttachedAsync()), after: 1);

        await Tables.RestoreAsync(backup, Copy, Cancellation);
        await CleanAsync(Copy);

        (await CustomersAsync(Copy)).ShouldBe([Shop.Other.CustomerId]);
        attached.Count.ShouldBe(2);
        return [.. attached, .. await AttachedAsync()];
    }

    /// <summary>The uploads come back in another bucket, and their replay fails until an operator retries it.</summary>
    private async Task RestoreAsync(BackupApi backups, string point)
    {
        Live.Calls.Refuse("POST", CopyOfUploads, new("InternalError", $"Could not delete customers/{Shop.Ada.CustomerId}/letter.txt", 500));
        await backups.StartRestoreAsync(point, new JsonObject { ["DestinationBucketName"] = CopyOfUploads, ["NewBucket"] = "true" }, Cancellation);
        var waiting = await Live.RestoreStatusAsync("waiting", Cancellation, TimeSpan.FromHours(6));

        Live.Calls.Allow();
        await DecideAsync(waiting, "retry");
        await CleanAsync(CopyOfUploads);
    }

    private Task<JsonObject> CleanAsync(string target) => Live.StatusAsync(
        detail => (string?)detail["restore_status"] == "clean" && ((string?)detail["target_arn"])!.EndsWith(target, StringComparison.Ordinal), Cancellation);

    private async Task<IReadOnlyList<(string Place, string Text)>> AttachedAsync() =>
    [
        ("resource policy", await Tables.PolicyAsync(Copy, Cancellation) ?? ""),
        ("tag", await Tables.MarkAsync(Copy, Cancellation) ?? ""),
    ];

    private async Task<IReadOnlyList<(string Place, string Text)>> EverythingWrittenAsync()
    {
        var written = new List<(string, string)>();
        foreach (var run in Live.Cloud.Get<StateMachines>().All.SelectMany(machine => Live.Cloud.Get<Executions>().Of(machine.Arn)))
        {
            written.Add(("execution", Readable($"{run.Name} {run.Input} {run.Standing.Output} {run.Standing.Error} {run.Standing.Cause}")));
            written.AddRange(run.History.Events.Select(happened => ("execution", Readable(happened.ToJson(withData: true).ToJsonString()))));
        }

        written.AddRange(Live.Cloud.Get<LogStore>().Groups.SelectMany(group => group.Lines).Select(line => ("log", Readable(line.Text))));
        written.AddRange(Live.StatusEvents.Select(detail => ("status event", Readable(detail.ToJsonString()))));
        written.AddRange((await Live.Stores.RequestRowsAsync(Cancellation)).Select(row => ("requests", Readable($"{row.Key} {row.Content}"))));
        written.AddRange((await Live.Stores.VaultItemsAsync(Cancellation)).Select(item => ("vault", Readable($"{item.Key} {item.Content}"))));
        written.AddRange((await Live.Stores.LedgerItemsAsync(Cancellation)).Select(item => ("ledger", Readable($"{item.Key} {item.Content}"))));
        written.AddRange((await Live.Stores.EvidenceAsync(Cancellation)).Select(item => ("evidence", Readable($"{item.Key} {item.Content}"))));
        // What was exported is the person's; where it lies is ours.
        written.AddRange((await Live.Stores.VersionsAsync(Live.Stores.Exports, Cancellation)).Select(item => ("export key", Readable(item.Key))));
        written.AddRange(exportKeys.Select(key => ("export key", Readable(key))));
        written.AddRange((await Live.Stores.VersionsAsync(Live.Stores.Pages, Cancellation)).Select(item => ("pages", Readable($"{item.Key} {item.Content}"))));
        foreach (var queue in Live.Cloud.Get<Deployments>().OfType("AWS::SQS::Queue"))
            (await Live.CountMessagesAsync(queue, Cancellation)).ShouldBe(0, queue.LogicalId);
        return written;
    }

    /// <summary>With JSON's escapes undone, so that they hide nothing.</summary>
    private static string Readable(string text)
    {
        var readable = new StringBuilder(text);
        for (var at = text.LastIndexOf("\\u", StringComparison.Ordinal); at >= 0; at = at == 0 ? -1 : text.LastIndexOf("\\u", at - 1, StringComparison.Ordinal))
        {
            if (at + 6 > text.Length || !int.TryParse(text.AsSpan(at + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code)) continue;
            readable.Remove(at, 6).Insert(at, (char)code);
        }

        return readable.ToString();
    }
}
