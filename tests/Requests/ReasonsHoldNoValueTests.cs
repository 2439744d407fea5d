using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

/// <summary>P2: whatever an event says, and wherever it says it, the reasons for refusing it repeat nothing.</summary>
public sealed class ReasonsHoldNoValueTests
{
    private const string Marker = "lindqvist";

    private static readonly string[] Fields =
    [
        "regulation", "subject_request_id", "subject_request_type", "subject_identities", "submitted_time", "api_version", "status_callback_urls",
        "extensions", "source", "decision", "reason", "datastores", "an unknown field",
    ];

    private static readonly string[] FieldNames =
        [.. Fields[..^1], "dry_run", "identity_type", "identity_value", "identity_format", "0", "1"];

    private static readonly Gen<string> HostileText = Gen.Select(Gen.String[0, 12], Gen.String[0, 12], (before, after) => before + Marker + after);

    private static readonly Gen<string> HostileJson = Gen.OneOf(
        HostileText.Select(text => Json(text)),
        HostileText.Select(text => $"[{Json(text)},[{Json(text)}]]"),
        HostileText.Select(text => $"{{{Json(text)}:{Json(text)}}}"),
        HostileText.Select(text => $"{{{Json(text)}:1,{Json(text)}:2}}"),
        HostileText.Select(text => $"[{{\"identity_type\":{Json(text)},\"identity_value\":{Json(text)},\"identity_format\":{Json(text)}}}]"),
        HostileText.Select(text => $"[{{\"identity_type\":\"email\",\"identity_value\":{Json(text)},\"identity_format\":\"sha256\",{Json(text)}:{Json(text)}}}]"),
        HostileText.Select(text => $"{{\"dry_run\":{Json(text)}}}"),
        HostileText.Select(text => $"[{Json("https://" + text + "@example.com")},{Json("http://" + text)}]"));

    private static readonly Gen<(string Field, string Value)[]> Details =
        Gen.Select(OneOf(Fields), HostileJson).Array[1, 6];

    [Fact]
    public void No_reason_repeats_what_the_event_said() =>
        Gen.Select(Details, OneOf("ErasureRequested", "AccessRequested", "RequestCancelled", "OperatorDecided")).Always(drawn =>
        {
            var (fields, detailType) = drawn;
            var reasons = Reasons(detailType, "{" + string.Join(",", fields.Select(field => $"{Json(field.Field)}:{field.Value}")) + "}");
            reasons.Where(reason => reason.ToString().Contains(Marker, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        });

    [Fact]
    public void Every_reason_names_a_field_of_the_contract() =>
        Details.Always(fields =>
        {
            var reasons = Reasons("ErasureRequested", "{" + string.Join(",", fields.Select(field => $"{Json(field.Field)}:{field.Value}")) + "}");
            reasons.SelectMany(reason => reason.Field.Split('/').Skip(1)).ShouldBeSubsetOf(FieldNames);
        });

    [Fact]
    public void One_wrong_field_among_right_ones_is_refused_without_its_value() =>
        Gen.Select(OneOf(Fields[..^5]), HostileJson).Always(drawn =>
        {
            var (field, value) = drawn;
            var detail = Samples.Read("erasure-requested.json")["Detail"]!.AsObject();
            detail.Remove(field);
            var text = $"{detail.ToJsonString()[..^1]},{Json(field)}:{value}}}";
            var reasons = Reasons("ErasureRequested", text);
            reasons.Where(reason => reason.ToString().Contains(Marker, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
            // Any extension and any identity of a plain type is lawful; nothing else hostile is.
            if (field is not ("extensions" or "subject_identities" or "status_callback_urls")) reasons.ShouldNotBeEmpty();
        });

    private static IReadOnlyList<Reason> Reasons(string detailType, string detail)
    {
        var envelope = EventEnvelope.Parse(Samples.Body("com.example.shop", detailType, detail), "message-1").ShouldNotBeNull();
        return detailType switch
        {
            "RequestCancelled" => Cancellation.Validate(envelope).Reasons,
            "OperatorDecided" => Decision.Validate(envelope).Reasons,
            _ => new RequestValidator(Samples.DataMap, new SettableTime(Samples.Now)).Validate(envelope).Reasons,
        };
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static string Json(string text) => JsonValue.Create(text).ToJsonString(JsonSerializerOptions.Default);
}
