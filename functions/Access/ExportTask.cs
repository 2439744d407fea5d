using System.Globalization;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Access;

/// <summary>One access request in one datastore.</summary>
public sealed record ExportTask : IRequestTask<ExportTask>
{
    public required string RequestId { get; init; }

    public required string Datastore { get; init; }

    public required string Kind { get; init; }

    /// <summary>The attempt of the request that the task was last opened for.</summary>
    public int Attempt { get; init; }

    /// <summary>One of <see cref="TaskStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>What became of a final task: <see cref="Datastores.Outcomes"/>, or <see cref="TaskOutcomes.Closed"/>.</summary>
    public string? Outcome { get; init; }

    /// <summary>Records exported.</summary>
    public long Found { get; init; }

    public int Parts { get; init; }

    public int Files { get; init; }

    /// <summary>Values about other people that were left out.</summary>
    public long Redacted { get; init; }

    /// <summary>The identity types that would reach an unreachable datastore.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Waiting: the short name of the failure.</summary>
    public string? Error { get; init; }

    /// <summary>Closed: the operator's reason, a code.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset? ExportedAt { get; init; }

    /// <summary>How the export read: counts and kinds of reads.</summary>
    public IReadOnlyDictionary<string, string> Evidence { get; init; } = new Dictionary<string, string>();

    /// <summary>Lines that may be the person's and could not be read.</summary>
    public long UnreadLines => Counted(ExportStep.UnreadableLines);

    /// <summary>Objects that were not searched.</summary>
    public long UnreadObjects => Counted(ExportStep.OtherObjects);

    public Dictionary<string, AttributeValue> ToItem()
    {
        var item = RequestItems.TaskKey(RequestId, Datastore);
        item["requestId"] = Items.Text(RequestId);
        item["datastore"] = Items.Text(Datastore);
        item["kind"] = Items.Text(Kind);
        item["attempt"] = Items.Number(Attempt);
        item["state"] = Items.Text(State);
        item["found"] = Items.Number(Found);
        item["parts"] = Items.Number(Parts);
        item["files"] = Items.Number(Files);
        item["redacted"] = Items.Number(Redacted);
        item["needs"] = Items.Texts(Needs);
        if (Outcome is not null) item["outcome"] = Items.Text(Outcome);
        if (Error is not null) item["error"] = Items.Text(Error);
        if (Reason is not null) item["reason"] = Items.Text(Reason);
        if (ExportedAt is { } exported) item["exportedAt"] = Items.Instant(exported);
        item["evidence"] = new() { M = Evidence.ToDictionary(entry => entry.Key, entry => Items.Text(entry.Value)), IsMSet = true };
        return item;
    }

    public static ExportTask FromItem(IReadOnlyDictionary<string, AttributeValue> item) => new()
    {
        RequestId = item.RequiredText("requestId"),
        Datastore = item.RequiredText("datastore"),
        Kind = item.RequiredText("kind"),
        Attempt = (int)item.NumberOf("attempt"),
        State = item.RequiredText("state"),
        Outcome = item.TextOf("outcome"),
        Found = item.NumberOf("found"),
        Parts = (int)item.NumberOf("parts"),
        Files = (int)item.NumberOf("files"),
        Redacted = item.NumberOf("redacted"),
        Needs = item.TextsOf("needs"),
        Error = item.TextOf("error"),
        Reason = item.TextOf("reason"),
        ExportedAt = item.InstantOf("exportedAt"),
        Evidence = item.TryGetValue("evidence", out var evidence) && evidence.M is { } map ? map.ToDictionary(entry => entry.Key, entry => entry.Value.S) : [],
    };

    private long Counted(string evidence) => Evidence.TryGetValue(evidence, out var count) ? long.Parse(count, CultureInfo.InvariantCulture) : 0;
}
