namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>What the announcements of a restore and AWS's answers say together.</summary>
internal static class ResolvedRestore
{
    public static AsOf ResolvedAsOf(this RestoreRecord record) =>
        record.Answers.Where(answered => record.Restore.AsOf.LookUps.Contains(answered.LookUp)).Aggregate(record.Restore.AsOf, (asOf, answered) => asOf.Answer(answered.LookUp, answered.At));

    public static string? SourceArn(this RestoreRecord record) =>
        record.Restore.SourceArn ?? record.Answers.Where(answered => answered.LookUp == record.Restore.SourceLookUp).Select(answered => ArnOf(record.Restore, answered)).FirstOrDefault();

    /// <summary>Whether more people are to be replayed than were when the restore was last resolved.</summary>
    public static bool SelectsMoreThanBefore(this RestoreRecord record, DateTimeOffset? asOf) =>
        record.EffectiveAsOf is { } before && (asOf is null || asOf < before);

    /// <summary>RDS names what a snapshot is of by its identifier.</summary>
    private static string? ArnOf(Restore restore, AnsweredLookUp answered) => answered switch
    {
        { SourceArn: null } => null,
        { SourceArn: var arn } when Arn.Parse(arn) is not null => Arn.WithoutParts(arn),
        { LookUp.Action: LookUpAction.DescribeDBClusterSnapshots } => Arn.Of("rds", restore.Region, restore.Account, $"cluster:{answered.SourceArn}"),
        _ => Arn.Of("rds", restore.Region, restore.Account, $"db:{answered.SourceArn}"),
    };
}
