using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Restores.Recognition;

/// <summary>An event of AWS's, its detail, and where and when it happened.</summary>
internal sealed record Happening(EventEnvelope Envelope, EventFields Detail, string Account, string Region, DateTimeOffset At)
{
    public static Happening Of(EventEnvelope envelope, string ownAccount, DateTimeOffset receivedAt)
    {
        var detail = new EventFields(envelope.Detail);
        return new(
            envelope,
            detail,
            envelope.Account ?? detail.Text("recipientAccountId") ?? ownAccount,
            envelope.Region ?? detail.Text("awsRegion") ?? "",
            envelope.Time ?? receivedAt);
    }

    /// <summary>The ARN that a name stands for in the place of the event; an ARN stays one.</summary>
    public string? ArnOf(string service, string prefix, string? nameOrArn) =>
        nameOrArn is null || Arn.Parse(nameOrArn) is not null ? nameOrArn : Arn.Of(service, Region, Account, prefix + nameOrArn);

    /// <param name="start">When the restore began, where the event says so; its data cannot be newer.</param>
    public Restore Restore(Announcers by, string service, AsOf asOf, DateTimeOffset? start = null) => new()
    {
        AnnouncedBy = by,
        Account = Account,
        Region = Region,
        Service = service,
        AsOf = asOf.Merge(AsOf.NotAfter(start ?? At)),
        StartedAt = start ?? At,
        AnnouncedAt = At,
    };
}
