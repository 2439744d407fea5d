using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Functions.Restores.Reconciling;

/// <inheritdoc cref="IBackupService"/>
public sealed class BackupService(AwsRestClient backup) : IBackupService
{
    public async IAsyncEnumerable<JsonElement> ListRestoresAsync(
        DateTimeOffset completedAfter, DateTimeOffset completedBefore, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            var page = await backup.GetAsync(
                "/restore-jobs/",
                [("status", "COMPLETED"), ("completeAfter", Text(completedAfter)), ("completeBefore", Text(completedBefore)), ("nextToken", next)],
                FunctionsJson.Default.RestoreJobPage,
                cancellation);
            foreach (var job in page.RestoreJobs ?? []) yield return job;
            next = page.NextToken;
        }
        while (next is not null);
    }

    public async IAsyncEnumerable<DateTimeOffset> ListBackupsAsync(string resourceArn, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            var page = await backup.GetAsync(
                $"/resources/{Uri.EscapeDataString(resourceArn)}/recovery-points/", [("nextToken", next)], FunctionsJson.Default.RecoveryPointPage, cancellation);
            foreach (var point in (page.RecoveryPoints ?? []).Select(point => new EventFields(point)))
            {
                if (point.Text("RecoveryPointArn")?.Contains(":recovery-point:continuous:", StringComparison.Ordinal) != true && point.Instant("CreationDate") is { } madeAt)
                    yield return madeAt;
            }

            next = page.NextToken;
        }
        while (next is not null);
    }

    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

public sealed record RestoreJobPage(IReadOnlyList<JsonElement>? RestoreJobs = null, string? NextToken = null);

public sealed record RecoveryPointPage(IReadOnlyList<JsonElement>? RecoveryPoints = null, string? NextToken = null);
