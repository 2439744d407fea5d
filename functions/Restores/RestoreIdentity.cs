using System.Globalization;

namespace ServerlessGdpr.Functions.Restores;

/// <summary>Under what the announcements of one restore are merged.</summary>
/// <param name="Key">The same for the same restore, another for the next one under the same name.</param>
/// <param name="IsFinal">False where describing the restored resource would give its own id, which other announcements are known under.</param>
public sealed record RestoreIdentity(string Key, bool IsFinal)
{
    /// <summary>
    /// The restored resource's own id; in place, where that id is older than the restore, or where there is none, the job's;
    /// without either the resource and the instant the restore began. RDS's ids are unique in their account and region only.
    /// </summary>
    public static RestoreIdentity Of(Restore restore)
    {
        var place = $"{restore.Account}#{restore.Region}";
        if (restore.Target is { InPlace: false, ResourceId: { } id }) return new($"resource#{place}#{id}", IsFinal: true);

        // Buckets have no id of their own.
        var isFinal = restore.Target is { InPlace: true } || restore.Service == "s3";
        return restore.JobId is { } job
            ? new($"job#{place}#{job}", isFinal)
            : new($"start#{place}#{restore.Target?.Arn ?? restore.BackupArn ?? restore.SourceArn}#{Text(restore.StartedAt)}", isFinal);
    }

    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
