using System.Text;
using System.Text.Json;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Reads ErasureRequested and AccessRequested: the detail is an OpenDSR 2.0 request. Fields it does not know are left alone.</summary>
public sealed class RequestValidator(DataMap dataMap, TimeProvider time)
{
    private static readonly HashSet<string> Fields =
    [
        "regulation", "subject_request_id", "subject_request_type", "subject_identities", "submitted_time", "api_version", "status_callback_urls", "extensions",
    ];

    private readonly IdentityReader identities = new(dataMap);

    public Validated<SubjectRequest> Validate(EventEnvelope envelope)
    {
        var detail = envelope.Detail;
        Reason[] faults = [.. InternetJson.Faults(detail, Fields)];
        if (faults.Length > 0) return new(faults);

        var reader = new DetailReader(detail);
        if (envelope.PrintableSource is null) reader.Refuse(Reason.MalformedSource());
        if (Size(detail) > Limits.DetailBytes) reader.Refuse(Reason.TooLarge("", Limits.DetailBytes));
        var id = reader.RequiredUuid("subject_request_id");
        var type = ReadType(reader, envelope.DetailType);
        var regulation = reader.RequiredOneOf("regulation", Limits.Regulations);
        var submitted = ReadSubmittedTime(reader);
        var reach = ReadReach(reader);
        var callbacks = Callbacks.Read(reader);
        var extensions = reader.OptionalObject("extensions");
        if (extensions is { } given && Size(given) > Limits.ExtensionsBytes) reader.Refuse(Reason.TooLarge("/extensions", Limits.ExtensionsBytes));
        var dryRun = reader.Flag(extensions, "dry_run", "/extensions/dry_run");
        if (reader.OptionalText("api_version") is { } version && version != Limits.ApiVersion) reader.Refuse(Reason.UnsupportedVersion("/api_version"));
        if (dryRun && type is not (null or RequestTypes.Erasure)) reader.Refuse(Reason.NotAllowed("/extensions/dry_run", "Only an erasure can be tried without effect."));
        if (reader.Reasons is not []) return new(reader.Reasons);

        return new(new SubjectRequest
        {
            RequestId = RequestId.Of(envelope.Source, id!),
            Source = envelope.Source,
            SubjectRequestId = id!,
            Type = type!,
            Regulation = regulation!,
            ApiVersion = Limits.ApiVersion,
            SubmittedAt = submitted!.Value,
            DryRun = dryRun,
            Reach = reach!,
            CallbackUrls = callbacks,
            Extensions = extensions,
        });
    }

    private static int Size(JsonElement value) => Encoding.UTF8.GetByteCount(value.GetRawText());

    private static string? ReadType(DetailReader reader, string detailType)
    {
        var type = reader.RequiredText("subject_request_type");
        if (type is null) return null;
        if (!RequestTypes.All.Contains(type))
        {
            reader.Refuse(Reason.UnknownRequestType("/subject_request_type"));
            return null;
        }

        if ((type == RequestTypes.Erasure) != (detailType == DetailTypes.ErasureRequested)) reader.Refuse(Reason.TypeMismatch("/subject_request_type"));
        return type;
    }

    private DateTimeOffset? ReadSubmittedTime(DetailReader reader)
    {
        const string Pointer = "/submitted_time";
        if (reader.RequiredText("submitted_time") is not { } text) return null;
        if (Rfc3339.Parse(text, out var lacksOffset) is not { } submitted)
        {
            reader.Refuse(lacksOffset ? Reason.NoOffset(Pointer) : Reason.Malformed(Pointer, "an RFC 3339 time"));
            return null;
        }

        var now = time.GetUtcNow();
        if (submitted > now + Limits.ClockSkew) reader.Refuse(Reason.InTheFuture(Pointer));
        if (submitted < now.AddYears(-Limits.OldestYears)) reader.Refuse(Reason.TooOld(Pointer));
        return submitted;
    }

    private Reach? ReadReach(DetailReader reader)
    {
        if (identities.Read(reader) is not { } found) return null;
        var reach = Reach.Of(dataMap, found);
        if (reach.Identities.Count == 0)
        {
            reader.Refuse(Reason.NoUsableIdentity(dataMap.Datastores.SelectMany(datastore => datastore.Keys).Select(key => key.IdentityType).Distinct()));
            return null;
        }

        foreach (var datastore in dataMap.Datastores.Where(datastore => datastore.Required && reach.Unreachable.ContainsKey(datastore.Name)))
        {
            reader.Refuse(Reason.RequiredUnreachable(datastore.Name, reach.Unreachable[datastore.Name]));
        }

        return reach;
    }
}
