using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Functions.Restores.Recognition;

namespace ServerlessGdpr.Functions.Restores.Reconciling;

/// <summary>Reads a restore out of what AWS describes, as its announcement would have told it.</summary>
/// <param name="region">Of this system: what is listed here happened here.</param>
internal sealed class FoundRestores(RestoreRecognition recognition, string region, TimeProvider time)
{
    /// <summary>A table says itself what it was restored from, and to which instant.</summary>
    public Task<IReadOnlyList<RestoreNotice>> OfTableAsync(TableDescription table, CancellationToken cancellation)
    {
        var startedAt = Utc(table.CreationDateTime!.Value);
        var restore = new Restore
        {
            AnnouncedBy = Announcers.Reconciler,
            Account = Arn.Parse(table.TableArn)!.Account,
            Region = Arn.Parse(table.TableArn)!.Region,
            Service = "dynamodb",
            Target = new(table.TableArn, table.TableId, InPlace: false),
            SourceArn = Arn.WithoutParts(table.RestoreSummary.SourceTableArn ?? table.RestoreSummary.SourceBackupArn),
            BackupArn = table.RestoreSummary.SourceBackupArn,
            AsOf = AsOfOf(table.RestoreSummary).Merge(AsOf.NotAfter(startedAt)),
            StartedAt = startedAt,
            AnnouncedAt = time.GetUtcNow(),
        };
        return recognition.RecogniseAsync(restore, cancellation);
    }

    /// <param name="job">Its fields are those of AWS Backup's events.</param>
    /// <param name="tableId">The own id of the table that it made; null where it made none, or that is not known.</param>
    public async Task<IReadOnlyList<RestoreNotice>> OfJobAsync(JsonElement job, string? tableId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var fields = new EventFields(job);
        var envelope = new EventEnvelope
        {
            Id = fields.Text("RestoreJobId") ?? "",
            Source = "aws.backup",
            DetailType = "Restore Job State Change",
            Time = fields.Instant("CompletionDate") ?? now,
            Account = fields.Text("AccountId"),
            Region = region,
            Detail = job,
        };
        return [.. (await recognition.RecogniseAsync(envelope, now, cancellation)).Select(notice => Found(notice, tableId))];
    }

    private static RestoreNotice Found(RestoreNotice notice, string? tableId) => notice switch
    {
        Announced announced => announced with { Restore = Found(announced.Restore, tableId) },
        NeedsOperator needed => needed with { Restore = Found(needed.Restore, tableId) },
        SourceToLookUp open => open with { Restore = Found(open.Restore, tableId) },
        _ => notice,
    };

    private static Restore Found(Restore restore, string? tableId) => restore with
    {
        AnnouncedBy = Announcers.Reconciler,
        Target = restore.Target is { } target && tableId is not null ? target with { ResourceId = tableId } : restore.Target,
    };

    private static AsOf AsOfOf(RestoreSummary summary) =>
        summary.RestoreDateTime is { } instant ? AsOf.Known(Utc(instant), AsOfConfidence.Described) : AsOf.Unsaid;

    private static DateTimeOffset Utc(DateTime instant) => new(instant.ToUniversalTime());
}
