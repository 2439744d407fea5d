using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Tests.Requests;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Events;

/// <summary>One event per way to be refused: <c>events/rejected/</c>. Some need a request, or none, to be refused.</summary>
public sealed class RejectedSamplesTests
{
    private static readonly Dictionary<string, string> Expected = new()
    {
        ["missing-subject-request-id"] = "/subject_request_id missing",
        ["missing-subject-request-type"] = "/subject_request_type missing",
        ["missing-subject-identities"] = "/subject_identities missing",
        ["missing-submitted-time"] = "/submitted_time missing",
        ["missing-regulation"] = "/regulation missing",
        ["subject-request-id-malformed"] = "/subject_request_id malformed",
        ["subject-request-id-not-text"] = "/subject_request_id wrong_type",
        ["identities-not-array"] = "/subject_identities wrong_type",
        ["identity-not-object"] = "/subject_identities/0 wrong_type",
        ["identity-value-missing"] = "/subject_identities/1/identity_value missing",
        ["identity-value-not-text"] = "/subject_identities/0/identity_value wrong_type",
        ["identity-format-missing"] = "/subject_identities/0/identity_format missing",
        ["identity-format-unknown"] = "/subject_identities/0/identity_format unknown_value",
        ["access-dry-run"] = "/extensions/dry_run not_allowed",
        ["request-type-unknown"] = "/subject_request_type unknown_request_type",
        ["request-type-disagrees"] = "/subject_request_type type_mismatch",
        ["access-event-for-erasure"] = "/subject_request_type type_mismatch",
        ["regulation-unknown"] = "/regulation unknown_value",
        ["no-identities"] = "/subject_identities no_usable_identity",
        ["no-usable-identity"] = "/subject_identities no_usable_identity",
        ["identity-only-hashed"] = "/subject_identities no_usable_identity",
        ["too-many-identities"] = "/subject_identities too_many",
        ["identity-too-long"] = "/subject_identities/0/identity_value too_long",
        ["identity-empty"] = "/subject_identities/0/identity_value empty",
        ["identity-with-control-character"] = "/subject_identities/0/identity_value control_characters",
        ["hash-not-hexadecimal"] = "/subject_identities/0/identity_value malformed",
        ["hash-of-wrong-length"] = "/subject_identities/0/identity_value malformed",
        ["submitted-time-malformed"] = "/submitted_time malformed",
        ["submitted-time-without-offset"] = "/submitted_time no_offset",
        ["submitted-time-ahead"] = "/submitted_time in_the_future",
        ["submitted-time-too-old"] = "/submitted_time too_old",
        ["callback-not-https"] = "/status_callback_urls/1 not_https",
        ["callback-with-credentials"] = "/status_callback_urls/0 not_https",
        ["callbacks-not-array"] = "/status_callback_urls wrong_type",
        ["api-version-unsupported"] = "/api_version unsupported_version",
        ["dry-run-not-boolean"] = "/extensions/dry_run wrong_type",
        ["extensions-not-object"] = "/extensions wrong_type",
        ["duplicate-field"] = "/subject_identities duplicate_field",
        ["cancellation-without-id"] = "/subject_request_id missing",
        ["cancellation-id-malformed"] = "/subject_request_id malformed",
        ["decision-unknown"] = "/decision unknown_value",
        ["decision-to-close-without-reason"] = "/reason missing",
        ["decision-reason-unknown"] = "/reason unknown_value",
        ["decision-to-erase-a-request"] = "/decision unknown_value",
        ["restore-decision-id-malformed"] = "/restore_id malformed",
        ["restore-decision-unknown"] = "/decision unknown_value",
        ["restore-decision-to-close-without-reason"] = "/reason missing",
        ["restore-decision-reason-unknown"] = "/reason unknown_value",
        ["restore-decision-names-request"] = "/subject_request_id not_allowed",
    };

    /// <summary>Refused by what is (not) stored rather than by what they say: see the tests of <see cref="AcceptRequest"/>, <see cref="ApplyDecision"/> and <see cref="ReceiveRequest"/>.</summary>
    private static readonly string[] RefusedElsewhere =
    [
        "conflict.json", "decision-for-unknown-datastore.json", "decision-for-unknown-request.json", "restore-decision-for-unknown-restore.json", "body-not-json.txt",
    ];

    public static TheoryData<string, string> Cases => [.. Expected.Select(pair => (pair.Key, pair.Value))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_rejected_sample_is_refused_for_the_reason_it_is_named_after(string name, string expected) =>
        Reasons(name).Select(reason => $"{reason.Field} {reason.Code}").ShouldBe([expected]);

    [Fact]
    public void Every_rejected_sample_has_a_test() =>
        Directory.EnumerateFiles(Repository.PathOf("events", "rejected")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
            .ShouldBe(Expected.Keys.Select(name => $"{name}.json").Concat(RefusedElsewhere).Order(StringComparer.Ordinal));

    private static IReadOnlyList<Reason> Reasons(string name)
    {
        // The raw text, for a document model would not keep a name that appears twice.
        var text = Samples.Text($"rejected/{name}.json");
        var detail = text[text.IndexOf('{', text.IndexOf("\"Detail\"", StringComparison.Ordinal))..text.LastIndexOf('}')];
        using var sample = System.Text.Json.JsonDocument.Parse(text);
        var envelope = EventEnvelope.Parse(
            Samples.Body(sample.RootElement.GetProperty("Source").GetString()!, sample.RootElement.GetProperty("DetailType").GetString()!, detail), "message-1")!;
        return envelope.DetailType switch
        {
            "RequestCancelled" => Cancellation.Validate(envelope).Reasons,
            "OperatorDecided" when RestoreDecisionEvent.IsAbout(envelope) => RestoreDecisionEvent.Validate(envelope).Reasons,
            "OperatorDecided" => Decision.Validate(envelope).Reasons,
            _ => new RequestValidator(Samples.DataMap, new SettableTime(Samples.Now)).Validate(envelope).Reasons,
        };
    }
}
