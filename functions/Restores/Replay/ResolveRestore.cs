using System.Text.Json;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>
/// Puts together what the announcements and AWS's answers say: whose data came back, and from when. The restored resource is registered as a copy before
/// anyone is selected, so that an erasure is either selected or has a task on the copy itself.
/// </summary>
public sealed class ResolveRestore(
    RestoreStore restores,
    CopyStore copies,
    DataMap dataMap,
    Func<string, ReplayTools> toolsOf,
    RestoreStatusEvents events,
    TimeProvider time) : IHandler<ReplayInput, ReplayState>
{
    public async Task<ReplayState> HandleAsync(ReplayInput input, Invocation invocation, CancellationToken deadline)
    {
        var record = await restores.GetAsync(input.RestoreId, deadline) ?? throw new RestoreUnknown();
        if (record.IsAnothers(input.Attempt)) return record.ToState(ReplaySteps.End);
        var tools = toolsOf(input.Workflow ?? throw new InvalidInput());
        if (await MergeUnderOwnIdAsync(record, input.Table, tools.Starter, deadline) is { } merged) return merged.ToState(ReplaySteps.End);

        var resolved = Answered(record, input.Answers, input.Table);
        if (input.Table is { Gone: true }) return await EndAsync(resolved, isGone: true, deadline);

        var notices = await tools.Recognition.AttributeAsync(resolved.Restore, resolved.SourceArn(), deadline);
        var datastores = notices.OfType<Announced>().Select(notice => notice.Datastore).ToList();
        var obstacles = notices.OfType<NeedsOperator>().ToList();
        if (datastores.Count == 0 && obstacles is [var only, ..])
            return await AskAsync(resolved with { Datastores = [.. resolved.Datastores.Union(Named(notices))], OperatorReason = only.Reason }, deadline);
        if (datastores.Count == 0) return await EndAsync(resolved, isGone: false, deadline);

        // It may be at work still: what it writes after the last sweep nobody would erase.
        if (resolved.OperatorReason == OperatorReasons.StatusUnknown) return await AskAsync(resolved, deadline);

        return await BeginAsync(
            resolved with
            {
                Datastores = [.. Named(notices)],
                NotReplayed = [.. Named(obstacles)],
                Obstacle = obstacles.FirstOrDefault()?.Reason,
                OperatorReason = null,
            },
            input,
            deadline);
    }

    private static IEnumerable<string> Named(IEnumerable<RestoreNotice> notices) =>
        notices.Select(notice => notice switch { Announced announced => announced.Datastore, NeedsOperator operators => operators.Datastore, _ => null }).OfType<string>();

    /// <summary>The table's own id is what other announcements know the restore under: it goes on there.</summary>
    private async Task<RestoreRecord?> MergeUnderOwnIdAsync(RestoreRecord record, DescribedTable? table, ReplayStarter starter, CancellationToken deadline)
    {
        if (table?.TableId is not { } id || record.Restore.Target is not { } target) return null;
        var named = record.Restore with { Target = target with { ResourceId = id } };
        var restoreId = RestoreId.Of(RestoreIdentity.Of(named));
        if (restoreId == record.RestoreId) return null;

        var other = await restores.AnnounceAsync(restoreId, named, record.Datastores, record.OperatorReason, deadline);
        await starter.StartAsync(other.RestoreId, other.Attempt, deadline);
        var merged = record with { Status = RestoreStatuses.Merged };
        return await restores.SaveAsync(merged, deadline);
    }

    private static RestoreRecord Answered(RestoreRecord record, IReadOnlyList<LookUpAnswer> answers, DescribedTable? table)
    {
        var read = answers.Select(answer => new AnsweredLookUp(
            new LookUp(Enum.Parse<LookUpAction>(answer.Action), answer.Argument), Instant(answer.Answer), answer.Answer.Sources is [var source, ..] ? source : null));
        var restore = table?.TableId is { } id ? record.Restore with { Target = record.Restore.Target! with { ResourceId = id } } : record.Restore;
        return record with { Restore = restore, Answers = [.. record.Answers.Concat(read).DistinctBy(answered => answered.LookUp)] };
    }

    /// <summary>The earliest, if there are several: too many people rather than too few.</summary>
    private static DateTimeOffset? Instant(LookUpAnswer.Found found)
    {
        var instants = found.Instants.Select(instant => instant.ValueKind switch
        {
            JsonValueKind.String => EventInstant.Parse(instant.GetString()!),
            JsonValueKind.Number when instant.TryGetDecimal(out var epoch) => EventInstant.OfEpoch(epoch),
            _ => null,
        }).ToList();
        return instants.Count == 0 || instants.Contains(null) ? null : instants.Min();
    }

    private async Task<ReplayState> BeginAsync(RestoreRecord record, ReplayInput input, CancellationToken deadline)
    {
        var now = time.GetUtcNow();
        var asOf = await EffectiveAsOfAsync(record, deadline);
        var selectsMore = !record.IsResolved || record.SelectsMoreThanBefore(asOf);
        var begun = record with
        {
            IsResolved = true,
            SelectAgain = false,
            EffectiveAsOf = asOf,
            RegisteredAt = record.RegisteredAt ?? now,
            UsableAt = record.UsableAt ?? now,
            Status = RestoreStatuses.InProgress,

            // An operator closed, and judged, what was known then.
            Reason = null,
            UnprovenDecision = selectsMore ? null : record.UnprovenDecision,
            LaterSweeps = selectsMore ? 0 : record.LaterSweeps,
            MarksBucket = IsToBeMarked(record),
        };

        // Whatever a late announcement said, everyone it could select was selected; or else the restore is clean again when they are. What a later sweep that had begun
        // found may have gone unrecorded.
        var stillClean = record is { CleanAt: not null, Obstacle: null, SweepStartedAt: null } && !selectsMore;
        await RegisterAsync(begun, stillClean ? record.CleanAt : null, deadline);
        begun = stillClean ? (begun with { Status = RestoreStatuses.Clean }).AwaitLaterSweep(now) : (begun with { CleanAt = null }).BeginSweep(now, failed: false);

        // Where its execution had failed, that was told: the event says what was done, the record what is to come. Published first: an event that comes twice is better than none.
        if (stillClean && record.Announced == RecordReplayFailure.AnnouncementOf(record.Attempt - 1)) await events.PublishAsync(begun with { Counts = record.Counts, Sweep = record.Sweep }, deadline);
        begun = await restores.SaveAsync(begun, deadline);
        if (stillClean) return begun.ToState(now);

        await events.PublishAsync(begun, deadline);
        return QuarantineOf(begun, input.Roles) is { } quarantine
            ? begun.ToState(ReplaySteps.Quarantine) with { Quarantine = quarantine }
            : begun.ToState(begun.MarksBucket ? ReplaySteps.Mark : ReplaySteps.Remember);
    }

    /// <summary>
    /// A backup of a copy holds whom the copy still held, and one of a resource in use whom a restore had brought back into it: the lower of both instants counts. Of a copy
    /// that nobody registered, none is known.
    /// </summary>
    private async Task<DateTimeOffset?> EffectiveAsOfAsync(RestoreRecord record, CancellationToken deadline)
    {
        var asOf = record.ResolvedAsOf().From;
        if (record.SourceArn() is not { } source) return asOf;
        var parents = await copies.AtAsync(source, deadline);
        if (!parents.Any(parent => parent.InPlaceFrom is null) && !IsRegistered(source, record)) return null;
        var own = asOf;
        foreach (var parent in parents.Where(parent => parent.MayBeIn(own) && !(parent.InPlaceFrom is not null && parent.RestoreId == record.RestoreId)))
        {
            if (AsOf.OfBackupOfCopy(own, parent.EffectiveAsOf, parent.CleanAt) is not { } effective) return null;
            if (effective < asOf) asOf = effective;
        }

        return asOf;
    }

    /// <summary>Where the data map says how a datastore's backups are recognised, their source need not be its location: a replica of it elsewhere, for instance.</summary>
    private bool IsRegistered(string source, RestoreRecord record) => dataMap.Datastores.Any(entry =>
        record.Replayed().Contains(entry.Name) && (entry.Location == source || (entry.Backups is { Arns.Count: > 0 } && !entry.HasNameOfCopy(source))));

    private async Task RegisterAsync(RestoreRecord record, DateTimeOffset? cleanAt, CancellationToken deadline)
    {
        if (record.Restore.Target is not { } target) return;
        foreach (var datastore in record.Replayed())
        {
            await copies.RegisterAsync(
                new RestoredCopy
                {
                    Datastore = datastore,
                    Arn = target.Arn,
                    ResourceId = record.CopyId(),
                    RestoreId = record.RestoreId,
                    InPlaceFrom = target.InPlace ? record.Restore.StartedAt : null,
                    EffectiveAsOf = record.EffectiveAsOf,
                    RegisteredAt = record.RegisteredAt!.Value,
                    CleanAt = cleanAt,
                },
                deadline);
        }
    }

    /// <summary>AWS can close a table to readers. One that was released stays open: whoever works with it by now would be cut off.</summary>
    private Quarantine? QuarantineOf(RestoreRecord record, IReadOnlyDictionary<string, string> roles)
    {
        if (record is not { Restore: { Service: "dynamodb", Target: { InPlace: false } target }, QuarantinedAt: null, WasReleased: false }) return null;
        var entries = Entries(record).ToList();
        return entries.Exists(entry => entry.Quarantine)
            ? new Quarantine(target.Arn, QuarantinePolicy.Of(target.Arn, entries.Select(entry => roles[entry.Name])))
            : null;
    }

    /// <summary>A bucket cannot be closed without breaking it; a copy is marked. The tags of a bucket in use are its owner's.</summary>
    private bool IsToBeMarked(RestoreRecord record) =>
        record is { Restore: { Service: "s3", Target.InPlace: false } } && Entries(record).Any(entry => entry.Quarantine);

    private IEnumerable<DatastoreEntry> Entries(RestoreRecord record) => dataMap.Datastores.Where(entry => record.Replayed().Contains(entry.Name));

    private async Task<ReplayState> AskAsync(RestoreRecord record, CancellationToken deadline)
    {
        var asked = await restores.SaveAsync(record with { Next = ReplaySteps.Ask }, deadline);
        return asked.ToState(ReplaySteps.Ask);
    }

    /// <param name="isGone">No backup of it will be taken any more.</param>
    private async Task<ReplayState> EndAsync(RestoreRecord record, bool isGone, CancellationToken deadline)
    {
        var now = time.GetUtcNow();
        var ended = record with { Status = RestoreStatuses.Ended, Next = ReplaySteps.End };
        if (record.Restore.Target is { } target)
        {
            foreach (var datastore in record.Datastores)
            {
                var kept = isGone ? dataMap.Datastores.FirstOrDefault(entry => entry.Name == datastore)?.BackupRetentionDays : null;
                await copies.RemoveAsync(datastore, target.Arn, record.CopyId(), now, kept is { } days ? now.AddDays(days) : null, deadline);
            }
        }

        await restores.SaveAsync(ended, deadline);
        await events.PublishAsync(ended, deadline);
        return ended.ToState(ReplaySteps.End);
    }
}

/// <summary>What depends on where the workflow runs, which the workflow itself says: its functions come before it.</summary>
public sealed record ReplayTools(RestoreRecognition Recognition, ReplayStarter Starter);
