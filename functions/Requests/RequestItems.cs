using System.Globalization;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Where things lie in the requests table, and how a request becomes an item and back.</summary>
public static class RequestItems
{
    /// <summary>The index of open requests by due date: partition key <c>openShard</c> (any of <see cref="OpenShards"/>), sort key <c>dueAt</c>.</summary>
    public const string OpenByDue = "open-by-due";

    /// <summary>Open requests are spread, so that no index partition takes every write.</summary>
    public static readonly IReadOnlyList<string> OpenShards = ["open-0", "open-1", "open-2", "open-3"];

    public static Dictionary<string, AttributeValue> RequestKey(string requestId) => Items.Key($"request#{requestId}", "request");

    /// <param name="name">What tells the request's tasks apart.</param>
    public static Dictionary<string, AttributeValue> TaskKey(string requestId, string name) => Items.Key($"request#{requestId}", $"task#{name}");

    /// <param name="mac">Of one of the person's identities.</param>
    public static Dictionary<string, AttributeValue> SubjectKey(string mac) => Items.Key($"subject#{mac}", "requests");

    public static Dictionary<string, AttributeValue> CancellationKey(string requestId) => Items.Key($"request#{requestId}", "cancellation");

    public static Dictionary<string, AttributeValue> RejectionKey(string eventId) => Items.Key($"event#{eventId}", "rejection");

    public static Dictionary<string, AttributeValue> DeadLetterKey(string eventId) => Items.Key($"event#{eventId}", "dead-letter");

    public static Dictionary<string, AttributeValue> DecisionKey(string eventId) => Items.Key($"event#{eventId}", "decision");

    /// <summary>Where the index has the request while it is open.</summary>
    public static AttributeValue OpenShard(string requestId) => Items.Text(OpenShards[requestId[0] % OpenShards.Count]);

    public static Dictionary<string, AttributeValue> Write(RequestRecord request)
    {
        var item = RequestKey(request.RequestId);
        item["requestId"] = Items.Text(request.RequestId);
        item["source"] = Items.Text(request.Source);
        item["subjectRequestId"] = Items.Text(request.SubjectRequestId);
        item["type"] = Items.Text(request.Type);
        item["regulation"] = Items.Text(request.Regulation);
        item["apiVersion"] = Items.Text(request.ApiVersion);
        item["dryRun"] = Items.Flag(request.DryRun);
        item["submittedAt"] = Items.Text(request.SubmittedAt.ToString("O", CultureInfo.InvariantCulture));
        item["receivedAt"] = Items.Instant(request.ReceivedAt);
        item["dueAt"] = Items.Instant(request.DueAt);
        item["status"] = Items.Text(request.Status);
        item["detailMac"] = Items.Text(request.DetailMac);
        item["eventId"] = Items.Text(request.EventId);
        item["datastores"] = Items.Texts(request.Datastores);
        item["unreachable"] = new() { M = request.Unreachable.ToDictionary(entry => entry.Key, entry => Items.Texts(entry.Value)), IsMSet = true };
        item["identityMacs"] = Items.Texts(request.IdentityMacs);
        item["attempt"] = Items.Number(request.Attempt);
        if (!request.IsTerminal) item["openShard"] = OpenShard(request.RequestId);
        return item;
    }

    public static RequestRecord Read(IReadOnlyDictionary<string, AttributeValue> item) => new()
    {
        RequestId = item.RequiredText("requestId"),
        Source = item.RequiredText("source"),
        SubjectRequestId = item.RequiredText("subjectRequestId"),
        Type = item.RequiredText("type"),
        Regulation = item.RequiredText("regulation"),
        ApiVersion = item.RequiredText("apiVersion"),
        DryRun = item.FlagOf("dryRun"),
        SubmittedAt = DateTimeOffset.ParseExact(item.RequiredText("submittedAt"), "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        ReceivedAt = item.InstantOf("receivedAt")!.Value,
        DueAt = item.InstantOf("dueAt")!.Value,
        Status = item.RequiredText("status"),
        DetailMac = item.RequiredText("detailMac"),
        EventId = item.RequiredText("eventId"),
        Datastores = item.TextsOf("datastores"),
        Unreachable = item["unreachable"].M?.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<string>)[.. entry.Value.L.Select(type => type.S)])
            ?? [],
        IdentityMacs = item.TextsOf("identityMacs"),
        Bundle = item.TextOf("bundleSha256") is { } sha256
            ? new PackagedBundle(
                item.NumberOf("bundleSize"), sha256, item.RequiredInstant("packagedAt"), item.RequiredInstant("bundleExpiresAt"), (int)item.NumberOf("bundleAttempt"))
            : null,
        Attempt = (int)item.NumberOf("attempt"),
        StartedAt = item.InstantOf("startedAt"),
        BegunAt = item.InstantOf("begunAt"),
        EndedAt = item.InstantOf("endedAt"),
        TaskToken = item.TextOf("taskToken"),
        DueNotice = item.TextOf("dueNotice"),
        Announced = item.TextOf("announced"),
    };
}
