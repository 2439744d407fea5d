using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Lambda;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

public sealed class AccessTests(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : SystemTest(app, dynamoDb)
{
    private static readonly string AdasAccess = DeployedSystem.RequestIdOf(DeployedSystem.Sample("access-requested.json"));

    [Fact]
    public async Task A_person_gets_everything_that_is_held_about_them_and_nothing_about_anyone_else()
    {
        await PublishAsync("access-requested.json");
        var completed = await Live.StatusAsync("completed", Cancellation);

        var bundle = await BundleAsync(completed);
        bundle.Keys.ShouldBe(
            [
                "data/customers.json", "data/orders.json", "data/uploads.json",
                "files/uploads/id.txt", "files/uploads/id (2).txt", "files/uploads/id (3).txt", "index.html", "manifest.json",
            ],
            ignoreOrder: true);
        Array(bundle, "data/customers.json").Select(record => (string?)record!["customer_id"]).ShouldBe([Shop.Ada.CustomerId]);
        Array(bundle, "data/orders.json").Select(record => (string?)record!["order_id"]).ShouldBe(["O-C-1042-1", "O-C-1042-2", "O-C-1042-3"], ignoreOrder: true);
        Array(bundle, "data/uploads.json").Select(record => (string?)record!["key"]).Distinct().ShouldBe(["customers/C-1042/id.txt"]);
        bundle.Where(file => file.Key.StartsWith("files/", StringComparison.Ordinal)).Select(file => Text(file.Value)).ShouldBe(["version 1", "version 2", "version 3"], ignoreOrder: true);
        foreach (var content in bundle.Values) Text(content).ShouldNotContain(Shop.Other.CustomerId);
        (await AdaAsync()).ShouldBe(Holdings.Everything);
        ShopWrites().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_event_says_what_was_found_where_the_bundle_lies_and_until_when()
    {
        await PublishAsync("access-requested.json");
        var completed = await Live.StatusAsync("completed", Cancellation);

        completed["outcomes"]!.AsArray().Select(outcome => ((string?)outcome!["datastore"], (string?)outcome["outcome"], (long?)outcome["found"]))
            .ShouldBe([("customers", "exported", 1), ("orders", "exported", 3), ("uploads", "exported", 3)], ignoreOrder: true);
        ((long?)completed["results_count"]).ShouldBe(7);
        ((string?)completed["results_url"]).ShouldBe($"s3://{Live.Stores.Exports}/bundles/{AdasAccess}/personal-data.zip");
        var expires = DateTimeOffset.Parse((string)completed["results_expire_at"]!, System.Globalization.CultureInfo.InvariantCulture);
        (expires - Live.Cloud.Time.GetUtcNow()).TotalDays.ShouldBe(7, 0.1);
        var stored = (await Live.Stores.VersionsAsync(Live.Stores.Exports, Cancellation)).ShouldHaveSingleItem("the parts are removed");
        stored.Key.ShouldContain("personal-data.zip");
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
        (await Live.Stores.EvidenceAsync(Cancellation)).ShouldContain(record => record.Key.StartsWith($"certificates/{AdasAccess}/r0.json"));
    }

    [Fact]
    public async Task The_manifest_lists_every_other_file_with_its_hash()
    {
        await PublishAsync("access-requested.json");
        var bundle = await BundleAsync(await Live.StatusAsync("completed", Cancellation));

        var manifest = JsonNode.Parse(bundle["manifest.json"])!;
        manifest["files"]!.AsArray().ToDictionary(file => (string)file!["path"]!, file => (string)file!["sha256"]!)
            .ShouldBe(bundle.Where(file => file.Key != "manifest.json").ToDictionary(file => file.Key, file => Convert.ToHexStringLower(SHA256.HashData(file.Value))), ignoreOrder: true);
    }

    [Fact]
    public async Task A_person_of_whom_nothing_is_held_is_told_so()
    {
        await Live.PublishAsync(AccessOf("C-9999", "nobody@example.com"), Cancellation);
        var completed = await Live.StatusAsync("completed", Cancellation);

        var bundle = await BundleAsync(completed);
        bundle.Keys.ShouldBe(["index.html", "manifest.json"], ignoreOrder: true);
        Text(bundle["index.html"]).ShouldContain("Nothing about you was found");
    }

    [Fact]
    public async Task Portability_gives_only_what_the_person_provided_and_no_page()
    {
        await Live.PublishAsync(Access(detail => detail["subject_request_type"] = "portability"), Cancellation);
        var bundle = await BundleAsync(await Live.StatusAsync("completed", Cancellation));

        bundle.Keys.ShouldNotContain("index.html");
        Array(bundle, "data/orders.json")[0]!.AsObject().Select(field => field.Key).ShouldBe(["order_id", "email", "ship_to_address", "ship_to_name"], ignoreOrder: true);
        Text(bundle["data/orders.csv"]).Split("\r\n")[0].ShouldBe("\uFEFForder_id,email,ship_to_address,ship_to_name");
    }

    [Fact]
    public async Task A_datastore_that_fails_is_retried_and_then_an_operator_is_asked()
    {
        LockUploadsAway();
        await PublishAsync("access-requested.json");
        var waiting = await WaitingAsync();

        waiting["waiting"]!.AsArray().Select(name => (string?)name).ShouldBe(["uploads"]);
        (await Live.Stores.VersionsAsync(Live.Stores.Exports, Cancellation)).ShouldAllBe(stored => !stored.Key.Contains("bundles/", StringComparison.Ordinal));

        Live.Calls.Allow();
        await DecideAsync("retry");
        var completed = await Live.StatusAsync("completed", Cancellation);
        (await BundleAsync(completed)).Keys.ShouldContain("data/uploads.json");
    }

    [Fact]
    public async Task What_an_operator_closes_is_missing_and_the_bundle_says_so()
    {
        LockUploadsAway();
        await PublishAsync("access-requested.json");
        await WaitingAsync();

        await DecideAsync("close", "rights_of_others");
        var ended = await Live.StatusAsync("partially_completed", Cancellation);

        ((string?)OutcomeOf(ended, "uploads")["outcome"]).ShouldBe("closed");
        var page = Text((await BundleAsync(ended))["index.html"]);
        page.ShouldContain("This bundle is not complete");
        page.ShouldContain("rights of others");
    }

    [Fact]
    public async Task A_datastore_that_cannot_be_searched_makes_the_bundle_incomplete()
    {
        await Live.PublishAsync(Access(detail => detail["subject_identities"]!.AsArray().RemoveAt(1)), Cancellation);
        var ended = await Live.StatusAsync("partially_completed", Cancellation);

        ((string?)OutcomeOf(ended, "orders")["outcome"]).ShouldBe("unreachable");
        Text((await BundleAsync(ended))["index.html"]).ShouldContain("It needs one of these: email");
    }

    [Fact]
    public async Task A_request_that_is_cancelled_in_time_leaves_no_bundle()
    {
        await Live.PublishAsync(Cancelling(), Cancellation);
        await PublishAsync("access-requested.json");
        await Live.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);

        Live.StatusEvents[^1]["request_status"]!.ToString().ShouldBe("cancelled");
        (await Live.Stores.VersionsAsync(Live.Stores.Exports, Cancellation)).ShouldBeEmpty();
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Crashes_lose_nothing_and_put_nothing_in_twice()
    {
        foreach (var function in new[] { "PlanAccess", "uploads", "orders", "RecordExports", "PackageBundle", "CompleteAccess" })
            Live.Faults.Plan(Live.Function(function).Name, new Fault.KilledAfter());
        await PublishAsync("access-requested.json");
        var bundle = await BundleAsync(await Live.StatusAsync("completed", Cancellation));

        Array(bundle, "data/uploads.json").Count.ShouldBe(3);
        bundle.Keys.Count(path => path.StartsWith("files/", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task A_bundle_that_could_not_be_packed_is_packed_when_an_operator_retries_the_request()
    {
        Live.Calls.Refuse("PUT", Live.Stores.Exports + "/bundles", Denied());
        await PublishAsync("access-requested.json");
        var failed = await Live.StatusAsync("failed", Cancellation, TimeSpan.FromHours(6));
        failed["results_url"].ShouldBeNull();

        Live.Calls.Allow();
        await DecideAsync("retry");
        var completed = await Live.StatusAsync("completed", Cancellation);

        Array(await BundleAsync(completed), "data/orders.json").Count.ShouldBe(3);
        (await Live.ExecutionsAsync(Live.AccessWorkflow, Cancellation)).Select(run => run.Status).ShouldBe(["FAILED", "SUCCEEDED"]);
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_earlier_attempt_exported_is_not_counted_where_a_later_one_could_not_and_an_operator_closed_it()
    {
        Live.Calls.Refuse("PUT", Live.Stores.Exports + "/bundles", Denied());
        await PublishAsync("access-requested.json");
        await Live.StatusAsync("failed", Cancellation, TimeSpan.FromHours(6));

        Live.Calls.Allow();
        LockUploadsAway();
        await DecideAsync("retry");
        await WaitingAsync();
        await DecideAsync("close", "rights_of_others");
        var ended = await Live.StatusAsync("partially_completed", Cancellation);

        ((long?)OutcomeOf(ended, "uploads")["found"]).ShouldBe(0);
        ((long?)ended["results_count"]).ShouldBe(4, "records that the bundle has");
    }

    [Fact]
    public async Task A_bundle_that_was_packed_is_handed_out_after_a_retry_although_all_it_was_made_of_is_gone()
    {
        Live.Calls.Refuse("DeleteItem", "callbacks", DeniedByDynamoDb());
        await PublishAsync("access-requested.json");
        await Live.StatusAsync("failed", Cancellation, TimeSpan.FromHours(6));
        (await Live.Stores.VersionsAsync(Live.Stores.Exports, Cancellation)).ShouldHaveSingleItem().Key.ShouldContain("personal-data.zip");
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldHaveSingleItem("the callbacks; the identities are gone");

        Live.Calls.Allow();
        await DecideAsync("retry");
        var completed = await Live.StatusAsync("completed", Cancellation);

        Array(await BundleAsync(completed), "data/orders.json").Count.ShouldBe(3);
        OutcomeOf(completed, "orders")["found"]!.GetValue<long>().ShouldBe(3);
        ((string?)(await LinkAsync())["outcome"]).ShouldBe("linked");
        (await Live.ExecutionsAsync(Live.AccessWorkflow, Cancellation))[^1].DatastoreCalls.ShouldBeEmpty("nothing is exported again");
        (await Live.Stores.EvidenceAsync(Cancellation)).Select(record => record.Key.Split('@')[0]).Where(key => key.StartsWith("certificates/") && !key.Contains("/links/"))
            .ShouldBe([$"certificates/{AdasAccess}/r0.json", $"certificates/{AdasAccess}/r1.json"], ignoreOrder: true);
        (await Live.Stores.VaultItemsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_event_twice_makes_one_bundle()
    {
        await PublishAsync("access-requested.json");
        await PublishAsync("access-requested.json");
        await Live.StatusAsync("completed", Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromMinutes(10), Cancellation);

        CountOf("completed").ShouldBe(1);
        (await Live.ExecutionsAsync(Live.AccessWorkflow, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_operator_gets_a_link_that_works_and_that_is_written_down()
    {
        await PublishAsync("access-requested.json");
        var completed = await Live.StatusAsync("completed", Cancellation);

        var link = await LinkAsync();

        ((string?)link["outcome"]).ShouldBe("linked");
        using var http = new HttpClient();
        var bytes = await http.GetByteArrayAsync(new Uri((string)link["url"]!), Cancellation);
        Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe((string)completed["results_sha256"]!);
        var made = (await Live.Stores.EvidenceAsync(Cancellation)).Single(record => record.Key.Contains("/links/", StringComparison.Ordinal));
        made.Content.ShouldContain("grace");
        made.Content.ShouldNotContain("http");
    }

    [Fact]
    public async Task A_bundle_that_expired_is_handed_to_nobody_although_it_is_still_there()
    {
        await PublishAsync("access-requested.json");
        await Live.StatusAsync("completed", Cancellation);
        await Live.StopWatchingAsync(Cancellation);
        await Live.AdvanceAsync(TimeSpan.FromDays(7), Cancellation);

        var link = await LinkAsync();

        ((string?)link["outcome"]).ShouldBe("expired");
        link["url"].ShouldBeNull();
        (await Live.Stores.EvidenceAsync(Cancellation)).ShouldNotContain(record => record.Key.Contains("/links/", StringComparison.Ordinal));
    }

    private static JsonObject Access(Action<JsonObject>? change = null)
    {
        var sample = DeployedSystem.Sample("access-requested.json");
        change?.Invoke(sample["Detail"]!.AsObject());
        return sample;
    }

    private static JsonObject AccessOf(string customerId, string email) => Access(detail =>
    {
        detail["subject_identities"]![0]!["identity_value"] = customerId;
        detail["subject_identities"]![1]!["identity_value"] = email;
    });

    private static JsonObject Cancelling()
    {
        var sample = DeployedSystem.Sample("request-cancelled.json");
        sample["Detail"]!["subject_request_id"] = Access()["Detail"]!["subject_request_id"]!.DeepClone();
        return sample;
    }

    private Task<string> DecideAsync(string decision, string? reason = null)
    {
        var sample = DeployedSystem.Sample(decision == "close" ? "operator-decided-close.json" : "operator-decided-retry.json");
        var detail = sample["Detail"]!.AsObject();
        detail["subject_request_id"] = Access()["Detail"]!["subject_request_id"]!.DeepClone();
        detail.Remove("datastores");
        if (reason is not null) detail["reason"] = reason;
        return Live.PublishAsync(sample, Cancellation);
    }

    private async Task<JsonNode> LinkAsync()
    {
        var input = $$"""{"source":"com.example.shop","subjectRequestId":"{{(string)Access()["Detail"]!["subject_request_id"]!}}","requestedBy":"grace"}""";
        var answer = await Live.Cloud.Get<FunctionInvoker>().InvokeAsync(Live.Function("LinkBundle").Arn, input, Cancellation);
        answer.FunctionError.ShouldBeNull(answer.Payload);
        return JsonNode.Parse(answer.Payload)!;
    }

    /// <summary>The bundle's files, by path.</summary>
    private async Task<IReadOnlyDictionary<string, byte[]>> BundleAsync(JsonObject completed)
    {
        var key = ((string)completed["results_url"]!)[$"s3://{Live.Stores.Exports}/".Length..];
        using var answer = await Live.S3.GetObjectAsync(Live.Stores.Exports, key, Cancellation);
        using var bytes = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(bytes, Cancellation);
        bytes.Length.ShouldBe((long)completed["results_size"]!);
        Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray())).ShouldBe((string)completed["results_sha256"]!);
        await using var zip = new ZipArchive(bytes);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            await using var content = await entry.OpenAsync(Cancellation);
            using var file = new MemoryStream();
            await content.CopyToAsync(file, Cancellation);
            files.Add(entry.FullName, file.ToArray());
        }

        return files;
    }

    private static JsonArray Array(IReadOnlyDictionary<string, byte[]> bundle, string path) => JsonNode.Parse(bundle[path])!.AsArray();

    private static string Text(byte[] content) => System.Text.Encoding.UTF8.GetString(content);
}
