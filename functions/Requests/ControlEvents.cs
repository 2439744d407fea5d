using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>An application takes its request back.</summary>
public sealed record Cancellation(string RequestId, string SubjectRequestId)
{
    public static Validated<Cancellation> Validate(EventEnvelope envelope)
    {
        Reason[] faults = [.. InternetJson.Faults(envelope.Detail, new HashSet<string> { "subject_request_id" })];
        if (faults.Length > 0) return new(faults);

        var reader = new DetailReader(envelope.Detail);
        if (envelope.PrintableSource is null) reader.Refuse(Reason.MalformedSource());
        var id = reader.RequiredUuid("subject_request_id");
        return reader.Reasons is [] ? new(new Cancellation(Requests.RequestId.Of(envelope.Source, id!), id!)) : new(reader.Reasons);
    }
}

/// <summary>What an operator decided about a request that waits, or whose execution failed.</summary>
/// <param name="Why">Closing: the code of the lawful or practical reason.</param>
/// <param name="Datastores">The tasks that the decision is about; null for all that wait.</param>
public sealed record Decision(string RequestId, string SubjectRequestId, string Choice, string? Why, IReadOnlyList<string>? Datastores)
{
    public const string Retry = "retry";
    public const string Close = "close";

    /// <summary>The request was taken back.</summary>
    public const string Withdrawn = "request_withdrawn";

    /// <summary>Why a task may be closed without being done.</summary>
    public static readonly IReadOnlyList<string> CloseReasons =
    [
        "legal_obligation", "legal_claims", "public_interest", "erased_by_hand", "exported_by_hand", "rights_of_others", "datastore_retired", Withdrawn,
    ];

    private static readonly HashSet<string> Fields = ["subject_request_id", "source", "decision", "reason", "datastores"];

    public static Validated<Decision> Validate(EventEnvelope envelope)
    {
        Reason[] faults = [.. InternetJson.Faults(envelope.Detail, Fields)];
        if (faults.Length > 0) return new(faults);

        var reader = new DetailReader(envelope.Detail);
        var id = reader.RequiredUuid("subject_request_id");
        var source = reader.RequiredText("source");
        var choice = reader.RequiredOneOf("decision", [Retry, Close]);
        var why = ReadReason(reader, choice);
        var datastores = ReadDatastores(reader);
        return reader.Reasons is [] ? new(new Decision(Requests.RequestId.Of(source!, id!), id!, choice!, why, datastores)) : new(reader.Reasons);
    }

    /// <summary>The request that a decision, however malformed, seems to be about.</summary>
    public static string? RequestIdOf(EventEnvelope envelope) =>
        envelope is { SubjectRequestId: { } id } && envelope.DetailText("source") is { } source ? Requests.RequestId.Of(source, id) : null;

    /// <summary>A reason for each datastore that it names and the request cannot have a task for. The data map may have lost a datastore since the request came, or gained one.</summary>
    public IReadOnlyList<Reason> UnknownDatastores(RequestRecord request, DataMap dataMap)
    {
        var known = request.Datastores.Concat(request.Unreachable.Keys).Concat(dataMap.Datastores.Select(datastore => datastore.Name)).ToHashSet();
        return [.. (Datastores ?? []).Index().Where(named => !known.Contains(named.Item)).Select(named => Reason.UnknownDatastore($"/datastores/{named.Index}"))];
    }

    private static string? ReadReason(DetailReader reader, string? choice)
    {
        if (choice == Close) return reader.RequiredOneOf("reason", CloseReasons);
        if (reader.OptionalText("reason") is not null) reader.Refuse(Reason.NotAllowed("/reason", "Only closing takes a reason."));
        return null;
    }

    private static List<string>? ReadDatastores(DetailReader reader)
    {
        if (reader.OptionalArray("datastores") is not { } array) return null;
        var names = new List<string>();
        foreach (var (index, element) in array.EnumerateArray().Index())
        {
            if (reader.TextOf(element, $"/datastores/{index}") is { } name) names.Add(name);
        }

        if (array.GetArrayLength() == 0) reader.Refuse(Reason.Empty("/datastores"));
        return names;
    }
}

/// <summary>Step Functions says that an execution ended without success.</summary>
/// <param name="Code">Why, as a reason's code.</param>
public sealed record ExecutionFailure(string RequestId, int Attempt, string Code)
{
    /// <returns>Null when the event is not about a failed execution of one of the workflows.</returns>
    public static ExecutionFailure? Of(EventEnvelope envelope, RequestWorkflows workflows) =>
        workflows.Contains(envelope.DetailText("stateMachineArn")) && CodeOf(envelope) is { } code && Execution(envelope) is var (requestId, attempt)
            ? new(requestId, attempt, code)
            : null;

    /// <summary>Why an execution of the workflow failed; null when the event does not say that one did.</summary>
    public static string? CodeOf(EventEnvelope envelope, string workflowArn) => envelope.DetailText("stateMachineArn") == workflowArn ? CodeOf(envelope) : null;

    /// <param name="status">Of an execution, as Step Functions gives it.</param>
    /// <returns>Null when it has not failed.</returns>
    public static string? CodeOf(string? status) => status switch
    {
        "FAILED" => "execution_failed",
        "TIMED_OUT" => "execution_timed_out",
        "ABORTED" => "execution_aborted",
        _ => null,
    };

    private static string? CodeOf(EventEnvelope envelope) => envelope.Source == "aws.states" ? CodeOf(envelope.DetailText("status")) : null;

    /// <summary>The request whose execution an event is about, where its name says so.</summary>
    public static string? RequestIdOf(EventEnvelope envelope) => Execution(envelope)?.RequestId;

    private static (string RequestId, int Attempt)? Execution(EventEnvelope envelope) =>
        envelope.DetailText("name") is { } name ? Requests.RequestId.OfExecution(name) : null;
}
