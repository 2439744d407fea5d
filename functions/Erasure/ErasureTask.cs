using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>One request in one datastore, or in a restored copy of it.</summary>
public sealed record ErasureTask : IRequestTask<ErasureTask>
{
    public required string RequestId { get; init; }

    public required string Datastore { get; init; }

    /// <summary>The ARN of a restored copy; null for the registered resource.</summary>
    public string? Target { get; init; }

    /// <summary>
    /// Tells a request's tasks apart: the name of the datastore, and for a copy also where it lies, which no two copies have in common:
    /// <c>customers@eu-west-1:111122223333:table/customers-restored</c>, <c>uploads@uploads-restored</c>.
    /// </summary>
    public string Name => Target is null ? Datastore : $"{Datastore}@{Target.Split(':', 4)[^1].TrimStart(':')}";

    public required string Kind { get; init; }

    /// <summary>Tasks of an earlier wave are done first.</summary>
    public required int Wave { get; init; }

    /// <summary>For how many days backups may hold what the task erases; kept here, since the data map may change meanwhile.</summary>
    public required int BackupRetentionDays { get; init; }

    /// <summary>One of <see cref="TaskStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>What became of a final task: <see cref="Datastores.Outcomes"/>, or <see cref="TaskOutcomes"/>.</summary>
    public string? Outcome { get; init; }

    public long Found { get; init; }

    public long Erased { get; init; }

    public long Remaining { get; init; }

    public long Exempt { get; init; }

    public DateTimeOffset? ExemptUntil { get; init; }

    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Waiting: the short name of the failure.</summary>
    public string? Error { get; init; }

    /// <summary>Closed: the operator's reason, a code.</summary>
    public string? Reason { get; init; }

    /// <summary>Rounds of erase and verify since the task was last (re)opened.</summary>
    public int Rounds { get; init; }

    /// <summary>Zero reads in a row of an index that is only eventually consistent.</summary>
    public int ZeroReads { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>The next round begins no earlier.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>How the last verification read: counts and kinds of reads.</summary>
    public IReadOnlyDictionary<string, string> Evidence { get; init; } = new Dictionary<string, string>();

    /// <summary>The last round whose result is in the counts, so that a repeated recording adds nothing.</summary>
    public string Recorded { get; init; } = "";

    public Dictionary<string, AttributeValue> ToItem()
    {
        var item = RequestItems.TaskKey(RequestId, Name);
        item["requestId"] = Items.Text(RequestId);
        item["datastore"] = Items.Text(Datastore);
        item["kind"] = Items.Text(Kind);
        item["wave"] = Items.Number(Wave);
        item["backupRetentionDays"] = Items.Number(BackupRetentionDays);
        item["state"] = Items.Text(State);
        item["found"] = Items.Number(Found);
        item["erased"] = Items.Number(Erased);
        item["remaining"] = Items.Number(Remaining);
        item["exempt"] = Items.Number(Exempt);
        item["needs"] = Items.Texts(Needs);
        item["rounds"] = Items.Number(Rounds);
        item["zeroReads"] = Items.Number(ZeroReads);
        item["recorded"] = Items.Text(Recorded);
        if (Target is not null) item["target"] = Items.Text(Target);
        if (Outcome is not null) item["outcome"] = Items.Text(Outcome);
        if (Error is not null) item["error"] = Items.Text(Error);
        if (Reason is not null) item["reason"] = Items.Text(Reason);
        if (ExemptUntil is { } until) item["exemptUntil"] = Items.Instant(until);
        if (VerifiedAt is { } verified) item["verifiedAt"] = Items.Instant(verified);
        if (NotBefore is { } notBefore) item["notBefore"] = Items.Instant(notBefore);
        item["evidence"] = new() { M = Evidence.ToDictionary(entry => entry.Key, entry => Items.Text(entry.Value)), IsMSet = true };
        return item;
    }

    public static ErasureTask FromItem(IReadOnlyDictionary<string, AttributeValue> item) => new()
    {
        RequestId = item.RequiredText("requestId"),
        Datastore = item.RequiredText("datastore"),
        Target = item.TextOf("target"),
        Kind = item.RequiredText("kind"),
        Wave = (int)item.NumberOf("wave"),
        BackupRetentionDays = (int)item.NumberOf("backupRetentionDays"),
        State = item.RequiredText("state"),
        Outcome = item.TextOf("outcome"),
        Found = item.NumberOf("found"),
        Erased = item.NumberOf("erased"),
        Remaining = item.NumberOf("remaining"),
        Exempt = item.NumberOf("exempt"),
        ExemptUntil = item.InstantOf("exemptUntil"),
        Needs = item.TextsOf("needs"),
        Error = item.TextOf("error"),
        Reason = item.TextOf("reason"),
        Rounds = (int)item.NumberOf("rounds"),
        ZeroReads = (int)item.NumberOf("zeroReads"),
        VerifiedAt = item.InstantOf("verifiedAt"),
        NotBefore = item.InstantOf("notBefore"),
        Evidence = item.TryGetValue("evidence", out var evidence) && evidence.M is { } map ? map.ToDictionary(entry => entry.Key, entry => entry.Value.S) : [],
        Recorded = item.TextOf("recorded") ?? "",
    };
}
