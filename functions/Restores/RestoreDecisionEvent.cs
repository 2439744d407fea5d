using System.Text.Json;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>What an operator decided about a restore that waits, or whose execution failed: <c>OperatorDecided</c> with a <c>restore_id</c>.</summary>
/// <param name="Choice">One of <see cref="Choices"/>.</param>
/// <param name="Why">Closing: one of <see cref="CloseReasons"/>.</param>
public sealed record RestoreDecisionEvent(string RestoreId, string Choice, string? Why)
{
    public const string Retry = "retry", Close = "close";

    /// <summary>Records that nothing proves to be older or newer than the person's erasure are erased, or kept.</summary>
    public const string Erase = "erase", Keep = "keep";

    public static readonly IReadOnlyList<string> Choices = [Retry, Close, Erase, Keep];

    /// <summary>Why a restore may end without having been cleaned.</summary>
    public static readonly IReadOnlyList<string> CloseReasons =
    [
        "legal_obligation", "legal_claims", "public_interest", "erased_by_hand", "datastore_retired", "resource_deleted", "no_personal_data",
    ];

    private const string RestoreIdField = "restore_id";

    private static readonly string[] FieldsOfRequests = ["subject_request_id", "source", "datastores"];

    private static readonly HashSet<string> Fields = [RestoreIdField, "decision", "reason", .. FieldsOfRequests];

    /// <summary>Whether a decision is about a restore rather than a request.</summary>
    public static bool IsAbout(EventEnvelope envelope) => IsThere(envelope.Detail, RestoreIdField);

    /// <summary>The restore that a decision, however malformed, seems to be about.</summary>
    public static string? RestoreIdOf(EventEnvelope envelope) =>
        envelope.DetailText(RestoreIdField) is { } id && Restores.RestoreId.IsWellFormed(id) ? id : null;

    public static Validated<RestoreDecisionEvent> Validate(EventEnvelope envelope)
    {
        Reason[] faults = [.. InternetJson.Faults(envelope.Detail, Fields)];
        if (faults.Length > 0) return new(faults);

        var reader = new DetailReader(envelope.Detail);
        var id = reader.RequiredText(RestoreIdField);
        if (id is not null && !Restores.RestoreId.IsWellFormed(id)) reader.Refuse(Reason.Malformed($"/{RestoreIdField}", "the id of a restore"));
        reader.Refuse(FieldsOfRequests.Where(field => IsThere(envelope.Detail, field)).Select(field => Reason.NotAllowed($"/{field}", "A decision about a restore names no request.")));
        var choice = reader.RequiredOneOf("decision", Choices);
        var why = ReadReason(reader, choice);
        return reader.Reasons is [] ? new(new RestoreDecisionEvent(id!, choice!, why)) : new(reader.Reasons);
    }

    private static string? ReadReason(DetailReader reader, string? choice)
    {
        if (choice == Close) return reader.RequiredOneOf("reason", CloseReasons);
        if (reader.OptionalText("reason") is not null) reader.Refuse(Reason.NotAllowed("/reason", "Only closing takes a reason."));
        return null;
    }

    private static bool IsThere(JsonElement detail, string field) => detail.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;
}
