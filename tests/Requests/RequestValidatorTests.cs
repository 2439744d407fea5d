using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Vault;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

/// <summary>What is accepted, and the edges of what is not; every refused sample is in <see cref="Events.RejectedSamplesTests"/>.</summary>
public sealed class RequestValidatorTests
{
    [Fact]
    public void The_sample_is_read_as_it_stands()
    {
        var request = Accepted();

        request.ShouldSatisfyAllConditions(
            () => request.RequestId.ShouldBe(Samples.RequestId),
            () => request.Source.ShouldBe("com.example.shop"),
            () => request.SubjectRequestId.ShouldBe("8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90"),
            () => request.Type.ShouldBe("erasure"),
            () => request.Regulation.ShouldBe("gdpr"),
            () => request.ApiVersion.ShouldBe("2.0"),
            () => request.SubmittedAt.ShouldBe(new DateTimeOffset(2026, 11, 20, 9, 30, 0, TimeSpan.FromHours(1))),
            () => request.SubmittedAt.Offset.ShouldBe(TimeSpan.FromHours(1)),
            () => request.DryRun.ShouldBeFalse(),
            () => request.CallbackUrls.ShouldBe(["https://shop.example.com/privacy/callbacks"]));
    }

    [Fact]
    public void Each_datastore_gets_the_identities_it_maps_and_no_others()
    {
        var customer = new Identity("customer_id", "C-1042", "raw");

        Accepted().Reach.Identities.ShouldSatisfyAllConditions(
            reached => reached.Keys.ShouldBe(["customers", "orders", "uploads"]),
            reached => reached["customers"].ShouldBe([customer]),
            reached => reached["orders"].ShouldBe([new Identity("email", "ada.lindqvist@example.com", "raw")]),
            reached => reached["uploads"].ShouldBe([customer]));
    }

    [Fact]
    public void Identities_are_normalised_by_the_rules_of_their_type()
    {
        var reach = Accepted("erasure-requested-another-person.json").Reach;

        reach.Identities["orders"].ShouldBe([new Identity("email", "tomasz.okafor@example.com", "raw")]);
    }

    [Fact]
    public void An_identity_that_is_named_twice_counts_once() =>
        Accepted(change: detail => Identities(detail).Add(Identity("email", " ADA.Lindqvist@example.com")))
            .Reach.Identities["orders"].Count.ShouldBe(1);

    [Fact]
    public void A_datastore_that_no_identity_leads_to_is_unreachable_and_names_what_it_needs()
    {
        var reach = Accepted("erasure-requested-unreachable-datastore.json").Reach;

        reach.Identities.Keys.ShouldBe(["customers", "uploads"]);
        reach.Unreachable["orders"].ShouldBe(["email"]);
    }

    [Fact]
    public void A_hash_reaches_only_keys_that_hold_that_hash()
    {
        var hash = new string('A', 64);
        var dataMap = Samples.DataMap with
        {
            Datastores =
            [
                .. Samples.DataMap.Datastores,
                Samples.Datastore("newsletter", "dynamodb", new KeyMapping { IdentityType = "email", Format = "sha256" }),
            ],
        };

        var reach = Accepted(change: detail => detail["subject_identities"] = new JsonArray(Identity("email", hash, "sha256")), dataMap: dataMap).Reach;

        reach.Identities.Keys.ShouldBe(["newsletter"]);
        reach.Identities["newsletter"].ShouldBe([new Identity("email", hash.ToLowerInvariant(), "sha256")]);
        reach.Unreachable["orders"].ShouldBe(["email"]);
    }

    [Fact]
    public void A_required_datastore_that_cannot_be_reached_refuses_the_request_and_says_what_it_needs()
    {
        var dataMap = Samples.DataMap with
        {
            Datastores = [.. Samples.DataMap.Datastores.Select(datastore => datastore with { Required = datastore.Name == "orders" })],
        };

        var reason = Refused("erasure-requested-unreachable-datastore.json", dataMap: dataMap).ShouldHaveSingleItem();

        reason.ShouldSatisfyAllConditions(
            () => reason.Field.ShouldBe("/subject_identities"),
            () => reason.Code.ShouldBe("required_datastore_unreachable"),
            () => reason.Message.ShouldContain("orders"),
            () => reason.Message.ShouldContain("email"));
    }

    [Fact]
    public void A_dry_run_is_a_request_like_any_other() => Accepted("erasure-dry-run.json").DryRun.ShouldBeTrue();

    [Fact]
    public void What_may_be_left_out_may_be_null()
    {
        var request = Accepted(change: detail =>
        {
            detail["api_version"] = null;
            detail["extensions"] = null;
            detail["status_callback_urls"] = null;
        });

        request.ApiVersion.ShouldBe("2.0");
        request.CallbackUrls.ShouldBeEmpty();
        request.Extensions.ShouldBeNull();
    }

    [Fact]
    public void A_required_field_that_is_null_is_missing() =>
        Refused(change: detail => detail["regulation"] = null).ShouldBe([Reason.Missing("/regulation")]);

    [Fact]
    public void A_UUID_in_upper_case_is_the_same_UUID() =>
        Accepted(change: detail => detail["subject_request_id"] = "8F14E45F-CEEA-4C7A-9B3D-2F6A1C5D7E90").RequestId.ShouldBe(Samples.RequestId);

    [Fact]
    public void Fields_of_later_versions_are_left_alone() => Accepted(change: detail => detail["preferred_language"] = "sv");

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() =>
        Refused(change: detail =>
        {
            detail.Remove("regulation");
            detail["submitted_time"] = 20261120;
            Identities(detail)[1]!["identity_format"] = "plain";
        }).Select(reason => $"{reason.Field} {reason.Code}").ShouldBe(
            ["/regulation missing", "/submitted_time wrong_type", "/subject_identities/1/identity_format unknown_value"]);

    [Theory]
    [InlineData("2026-11-23T10:05:00Z", null)]
    [InlineData("2026-11-23T12:05:00+02:00", null)]
    [InlineData("2026-11-23T10:05:00.0000001Z", "in_the_future")]
    [InlineData("2021-11-23T10:00:00Z", null)]
    [InlineData("2021-11-23T09:59:59.9999999Z", "too_old")]
    public void A_request_may_be_five_minutes_ahead_and_five_years_old(string submitted, string? code) =>
        CodeOf(detail => detail["submitted_time"] = submitted).ShouldBe(code);

    [Theory]
    [InlineData(1024, null)]
    [InlineData(1025, "too_long")]
    public void An_identity_has_at_most_1024_characters_whatever_they_are(int length, string? code) =>
        CodeOf(detail => Identities(detail)[0]!["identity_value"] = string.Concat(Enumerable.Repeat("\U0001F600", length))).ShouldBe(code);

    [Theory]
    [InlineData("C\u00001042")]
    [InlineData("C-1042\n")]
    [InlineData("C-1042\u007f")]
    [InlineData("C-\u00851042")]
    public void An_identity_has_no_control_characters(string value) =>
        CodeOf(detail => Identities(detail)[0]!["identity_value"] = value).ShouldBe("control_characters");

    [Theory]
    [InlineData(20, null)]
    [InlineData(21, "too_many")]
    public void There_are_at_most_twenty_identities(int count, string? code) =>
        CodeOf(detail => detail["subject_identities"] = new JsonArray([.. Enumerable.Range(0, count).Select(number => Identity("customer_id", $"C-{number}"))]))
            .ShouldBe(code);

    [Theory]
    [InlineData("https://shop.example.com", null)]
    [InlineData("HTTPS://SHOP.EXAMPLE.COM/x?y#z", null)]
    [InlineData("http://shop.example.com", "not_https")]
    [InlineData("//shop.example.com", "not_https")]
    [InlineData("/callbacks", "not_https")]
    [InlineData("ftp://shop.example.com", "not_https")]
    [InlineData("https://", "not_https")]
    [InlineData("https:shop", "not_https")]
    [InlineData("javascript:alert(1)", "not_https")]
    public void A_callback_is_an_absolute_https_URL(string url, string? code) =>
        CodeOf(detail => detail["status_callback_urls"] = new JsonArray(url)).ShouldBe(code);

    [Fact]
    public void A_type_that_only_the_data_map_names_is_usable_only_where_a_key_uses_it() =>
        CodeOf(detail => detail["subject_identities"] = new JsonArray(Identity("loyalty_card", "9300"), Identity("email", new string('0', 32), "md5")))
            .ShouldBe("no_usable_identity");

    [Theory]
    [InlineData("""{"extensions":{"a":{"b":1,"b":2}}}""", "/extensions", "duplicate_field")]
    [InlineData("""{"unknown":[{"b":1,"\u0062":2}]}""", "", "duplicate_field")]
    [InlineData("""{"regulation":"gdpr","regulation":"ccpa"}""", "", "duplicate_field")]
    [InlineData("""{"regulation":"\ud800"}""", "/regulation", "broken_text")]
    [InlineData("""{"\udfff":1}""", "", "broken_text")]
    [InlineData("""{"extensions":{"n":1e999}}""", "/extensions", "number_out_of_range")]
    public void Json_that_two_readers_could_understand_differently_is_refused(string detail, string field, string code)
    {
        var envelope = EventEnvelope.Parse(Samples.Body("com.example.shop", "ErasureRequested", detail), "message-1")!;

        Validator().Validate(envelope).Reasons.ShouldContain(reason => reason.Field == field && reason.Code == code);
    }

    [Fact]
    public void A_detail_beyond_what_a_bus_carries_is_refused() =>
        Refused(change: detail => detail["more"] = new string('x', Limits.DetailBytes)).Select(reason => (reason.Field, reason.Code)).ShouldBe([("", "too_large")]);

    [Theory]
    [InlineData("x", 0, true)]
    [InlineData("x", 1, false)]
    [InlineData("ö", 0, true)]
    [InlineData("ö", 2, false)]
    public void Extensions_may_be_as_large_as_fits_into_a_vault_item(string letter, int beyond, bool accepted)
    {
        const int Frame = 12; // {"notes":""}
        var width = Encoding.UTF8.GetByteCount(letter);
        var notes = string.Concat(Enumerable.Repeat(letter, (Limits.ExtensionsBytes - Frame + beyond) / width));
        var detail = Samples.Read("erasure-requested.json")["Detail"]!.ToJsonString();
        var envelope = EventEnvelope.Parse(
            Samples.Body("com.example.shop", "ErasureRequested", $"{detail[..^1]},\"extensions\":{{\"notes\":\"{notes}\"}}}}"), "message-1")!;

        Validator().Validate(envelope).Reasons.Select(reason => (reason.Field, reason.Code))
            .ShouldBe(accepted ? [] : [("/extensions", "too_large")]);
    }

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("com.example shop")]
    public void A_source_that_could_hold_an_identity_is_refused(string source)
    {
        var detail = Samples.Read("erasure-requested.json")["Detail"]!.ToJsonString();
        var envelope = EventEnvelope.Parse(Samples.Body(source, "ErasureRequested", detail), "message-1")!;

        Validator().Validate(envelope).Reasons.ShouldBe([Reason.MalformedSource()]);
    }

    [Theory]
    [InlineData("access")]
    [InlineData("portability")]
    public void An_access_request_is_taken_in_as_what_it_is(string type) =>
        Accepted("access-requested.json", detail => detail["subject_request_type"] = type).Type.ShouldBe(type);

    [Fact]
    public void Only_an_erasure_can_be_tried_without_effect() =>
        Refused("access-requested.json", detail => detail["extensions"] = new JsonObject { ["dry_run"] = true }).Single().Field.ShouldBe("/extensions/dry_run");

    private static RequestValidator Validator(DataMap? dataMap = null) => new(dataMap ?? Samples.DataMap, new SettableTime(Samples.Now));

    private static Validated<SubjectRequest> Validate(string sample, Action<JsonObject>? change, DataMap? dataMap) =>
        Validator(dataMap).Validate(Samples.Envelope(sample, change));

    private static SubjectRequest Accepted(string sample = "erasure-requested.json", Action<JsonObject>? change = null, DataMap? dataMap = null)
    {
        var validated = Validate(sample, change, dataMap);
        validated.Reasons.ShouldBeEmpty();
        return validated.Value.ShouldNotBeNull();
    }

    private static IReadOnlyList<Reason> Refused(string sample = "erasure-requested.json", Action<JsonObject>? change = null, DataMap? dataMap = null)
    {
        var validated = Validate(sample, change, dataMap);
        validated.Value.ShouldBeNull();
        return validated.Reasons;
    }

    private static string? CodeOf(Action<JsonObject> change) => Validate("erasure-requested.json", change, null).Reasons.SingleOrDefault()?.Code;

    private static JsonArray Identities(JsonObject detail) => detail["subject_identities"]!.AsArray();

    private static JsonObject Identity(string type, string value, string format = "raw") =>
        new() { ["identity_type"] = type, ["identity_value"] = value, ["identity_format"] = format };
}
