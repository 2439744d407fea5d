namespace ServerlessGdpr.Functions.Requests;

/// <summary>Why an event was refused. It holds nothing of what the event said: only names and numbers that are ours.</summary>
/// <param name="Field">A JSON pointer into the event's detail, made of the contract's field names and of indexes; empty for the detail itself.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">For people.</param>
public sealed record Reason(string Field, string Code, string Message)
{
    public static Reason NotJson() => new("", "not_json", "The body is not a JSON object in the envelope of an event.");

    public static Reason UnknownDetailType() => new("", "unknown_detail_type", "No event of this detail-type is taken in here.");

    public static Reason MalformedSource() => new("", "malformed_source", "The event's source must be letters, digits, dots, dashes, slashes and underscores, at most 128.");

    public static Reason TooLarge(string field, int most) => new(field, "too_large", $"The field is larger than {most} bytes of UTF-8.");

    public static Reason DuplicateField(string field) => new(field, "duplicate_field", "A name appears twice in one object.");

    public static Reason BrokenText(string field) => new(field, "broken_text", "A text holds half of a surrogate pair.");

    public static Reason NumberOutOfRange(string field) => new(field, "number_out_of_range", "A number does not fit into a double.");

    public static Reason Missing(string field) => new(field, "missing", "The field is required.");

    public static Reason WrongType(string field, string expected) => new(field, "wrong_type", $"The field must be {expected}.");

    public static Reason Malformed(string field, string expected) => new(field, "malformed", $"The field must be {expected}.");

    public static Reason UnknownValue(string field, IEnumerable<string> known) => new(field, "unknown_value", $"The field must be one of: {string.Join(", ", known)}.");

    public static Reason UnknownRequestType(string field) =>
        new(field, "unknown_request_type", $"The request type must be one of: {string.Join(", ", RequestTypes.All)}.");

    public static Reason TypeMismatch(string field) => new(field, "type_mismatch", "The request type does not belong to the event's detail-type.");

    public static Reason TooMany(string field, int most) => new(field, "too_many", $"There may be at most {most}.");

    public static Reason TooLong(string field, int most) => new(field, "too_long", $"The text may have at most {most} characters.");

    public static Reason Empty(string field) => new(field, "empty", "The field must not be empty.");

    public static Reason ControlCharacters(string field) => new(field, "control_characters", "The text must not hold control characters.");

    public static Reason NotHexadecimal(string field, int digits) => new(field, "malformed", $"A value of this format is {digits} hexadecimal digits.");

    public static Reason NoUsableIdentity(IEnumerable<string> usable) =>
        new("/subject_identities", "no_usable_identity", $"No identity leads to a registered datastore; these types can: {string.Join(", ", usable)}.");

    public static Reason RequiredUnreachable(string datastore, IEnumerable<string> needs) =>
        new("/subject_identities", "required_datastore_unreachable", $"Datastore {datastore} is required and needs an identity of type: {string.Join(", ", needs)}.");

    public static Reason NoOffset(string field) => new(field, "no_offset", "The time must say its offset from UTC.");

    public static Reason InTheFuture(string field) => new(field, "in_the_future", $"The time lies more than {Limits.ClockSkew.TotalMinutes:0} minutes ahead.");

    public static Reason TooOld(string field) => new(field, "too_old", $"The time lies more than {Limits.OldestYears} years back.");

    public static Reason NotHttps(string field) => new(field, "not_https", "A callback must be an absolute https URL without credentials.");

    public static Reason UnsupportedVersion(string field) => new(field, "unsupported_version", $"The API version must be {Limits.ApiVersion}.");

    public static Reason Conflict() => new("/subject_request_id", "conflict", "This source already used the id for a request with other content, which goes on unchanged.");

    public static Reason UnknownRequest() => new("/subject_request_id", "unknown_request", "This source has no request with this id.");

    public static Reason NotWaiting() => new("/subject_request_id", "not_waiting", "The request does not wait for this decision.");

    public static Reason UnknownRestore() => new("/restore_id", "unknown_restore", "There is no restore with this id.");

    public static Reason RestoreNotWaiting() => new("/restore_id", "not_waiting", "The restore does not wait for this decision.");

    public static Reason UnknownDatastore(string field) => new(field, "unknown_datastore", "Neither the request nor the data map has such a datastore.");

    public static Reason NotAllowed(string field, string expected) => new(field, "not_allowed", expected);

    public static Reason ExecutionEnded(string code) => new("", code, "The request's execution ended without completing; an operator must retry it.");

    public static Reason DeadLetter() => new("", "dead_letter", "The event could not be processed; it is kept, encrypted, for an operator.");

    public static Reason RequestExists() => new("/subject_request_id", "request_exists", "A request with this id exists; this event did not change it.");
}
