using System.Text.Json;

namespace ServerlessGdpr.Functions.Restores.Reconciling;

/// <summary>AWS Backup.</summary>
public interface IBackupService
{
    /// <summary>The restore jobs that were completed between two instants, each as AWS describes it: the fields are those of its events, spelt with a capital.</summary>
    IAsyncEnumerable<JsonElement> ListRestoresAsync(DateTimeOffset completedAfter, DateTimeOffset completedBefore, CancellationToken cancellation);

    /// <summary>When each recovery point of a resource was made, those of continuous backups left out: AWS keeps them for 35 days at most.</summary>
    IAsyncEnumerable<DateTimeOffset> ListBackupsAsync(string resourceArn, CancellationToken cancellation);
}
