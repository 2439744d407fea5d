using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

/// <summary>What AWS's events lure one into, and what they lack at times.</summary>
public sealed class TrapTests
{
    private static readonly string[] Parts = ["requestParameters", "responseElements"];

    public static TheoryData<string> Samples => [.. RestoreSamples.Names];

    [Fact]
    public void A_finished_job_is_told_by_its_status_whatever_its_percentage_and_the_state_beside_it() =>
        RestoreSamples.Recognise("backup-dynamodb-completed", Detail(detail =>
        {
            detail["percentDone"] = "0.00%";
            detail["state"] = "RUNNING";
        })).ShouldHaveSingleItem().ShouldBeOfType<Announced>();

    [Fact]
    public void A_job_that_runs_at_a_hundred_percent_is_not_finished() =>
        RestoreSamples.Recognise("backup-dynamodb-running", Detail(detail => detail["percentDone"] = 100)).ShouldBe([new Ignored("unfinished")]);

    [Fact]
    public void The_restored_resource_is_not_the_first_of_the_envelopes_resources() => RestoreSamples.Restore("backup-dynamodb-completed", root =>
        root["resources"] = new JsonArray("arn:aws:dynamodb:eu-west-1:000000000000:table/weather")).Target!.Arn.ShouldEndWith("table/shop-customers-restored-1120");

    [Fact]
    public void The_jobs_dates_are_not_the_backups()
    {
        var asOf = RestoreSamples.Restore("backup-dynamodb-completed").AsOf;

        asOf.Earliest.ShouldBeNull();
        asOf.AtMost.ShouldBe(new DateTimeOffset(2026, 11, 20, 3, 10, 1, 742, TimeSpan.Zero));
    }

    [Fact]
    public void The_latest_possible_time_is_a_bound_and_no_instant()
    {
        var asOf = RestoreSamples.Restore("trail-dynamodb-point-in-time-latest", Detail(detail =>
            detail["requestParameters"]!["restoreDateTime"] = "2026-11-18T03:00:00Z")).AsOf;

        asOf.Earliest.ShouldBeNull();
        asOf.AtMost.ShouldBe(new DateTimeOffset(2026, 11, 20, 3, 20, 9, TimeSpan.Zero));
    }

    [Fact]
    public void CloudTrails_spelling_may_change()
    {
        var names = new Dictionary<string, string> { ["dBInstanceIdentifier"] = "DBInstanceIdentifier", ["dBInstanceArn"] = "dbInstanceArn", ["dbiResourceId"] = "DbiResourceId" };
        RestoreSamples.Recognise("trail-rds-instance-from-snapshot", root =>
        {
            foreach (var part in Parts)
                root["detail"]![part] = new JsonObject(root["detail"]![part]!.AsObject().Select(field =>
                    KeyValuePair.Create(names.GetValueOrDefault(field.Key, field.Key), field.Value?.DeepClone())));
        }).ShouldBe(RestoreSamples.Recognise("trail-rds-instance-from-snapshot"));
    }

    [Fact]
    public void A_failed_call_is_no_restore_whatever_it_asked_for() => RestoreSamples.Recognise("trail-rds-backtrack", Detail(detail =>
        detail["errorCode"] = "InvalidDBClusterStateFault")).ShouldBe([new Ignored("call_failed")]);

    [Fact]
    public void An_event_of_somebody_elses_that_looks_like_a_call_is_not_one() =>
        RestoreSamples.Recognise("trail-dynamodb-from-backup", root => root["source"] = "com.example.shop").ShouldBe([new Ignored("not_a_restore")]);

    [Fact]
    public void An_event_that_does_not_say_when_it_happened_happened_when_it_was_received() => RestoreSamples.Restore("trail-dynamodb-from-backup", root =>
    {
        root["time"] = "yesterday";
        root["detail"]!.AsObject().Remove("eventTime");
    }).StartedAt.ShouldBe(RestoreSamples.ReceivedAt);

    [Fact]
    public void An_event_without_an_account_happened_where_CloudTrail_says() => RestoreSamples.Recognise("trail-dynamodb-from-backup", root =>
    {
        root.Remove("account");
        root["detail"]!["recipientAccountId"] = RestoreSamples.ForeignAccount;
    }).ShouldBe([new Ignored("foreign_account")]);

    [Theory]
    [MemberData(nameof(Samples))]
    public void Fields_nobody_knows_change_nothing(string name) => Describe(name, root =>
    {
        foreach (var parent in Objects(root).ToList()) parent["x-new-field"] = new JsonObject { ["status"] = "FAILED" };
    }).ShouldBe(Describe(name, null));

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_field_that_is_missing_or_of_another_type_is_no_error(string name)
    {
        var count = FieldsOf(name);
        for (var field = 0; field < count; field++)
        {
            foreach (var replacement in new JsonNode?[] { null, 7, true, "", "arn:aws:dynamodb:::", new JsonArray(), new JsonObject() })
                RestoreSamples.Recognise(name, root => Replace(root["detail"]!.AsObject(), field, replacement?.DeepClone())).ShouldNotBeEmpty();
        }
    }

    private static IEnumerable<string> Describe(string name, Action<JsonObject>? change) => RestoreSamples.Recognise(name, change).Select(Notices.Describe);

    private static Action<JsonObject> Detail(Action<JsonObject> change) => root => change(root["detail"]!.AsObject());

    private static int FieldsOf(string name)
    {
        var count = 0;
        RestoreSamples.Read(name, root => count = Objects(root["detail"]!).Sum(parent => parent.Count));
        return count;
    }

    private static void Replace(JsonObject detail, int index, JsonNode? value)
    {
        var (parent, name) = Objects(detail).SelectMany(parent => parent.Select(field => (parent, field.Key))).ElementAt(index);
        if (value is null) parent.Remove(name);
        else parent[name] = value;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode node) =>
        node is JsonObject parent ? parent.Select(field => field.Value).OfType<JsonNode>().SelectMany(Objects).Prepend(parent) : [];
}
