using System.Text.Json;

namespace ServerlessGdpr.Functions.Restores.Reconciling;

/// <summary>AWS Backup.</summary>
public interface IBackupService
{
    /// <summary>
    /// The restore jobs that were completed between two instants, and those of buckets that ended otherwise, each as AWS describes it: the fields are those of its events, spelt
    /// with a capital. Of a job that ended otherwise without saying when, it is not known whether it was between them: it is among them.
    /// </summary>
    IAsyncEnumerable<JsonElement> ListRestoresAsync(DateTimeOffset completedAfter, DateTimeOffset completedBefore, CancellationToken cancellation);

    /// <summary>When each recovery point of a resource was made, those of continuous backups left out: AWS keeps them for 35 days at most.</summary>
    IAsyncEnumerable<DateTimeOffset> ListBackupsAsync(string resourceArn, CancellationToken cancellation);
}
