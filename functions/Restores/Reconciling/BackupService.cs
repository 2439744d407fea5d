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
        var completed = ListJobsAsync(
            [("status", "COMPLETED"), ("completeAfter", Text(completedAfter)), ("completeBefore", Text(completedBefore))], cancellation);
        await foreach (var job in completed) yield return job;

        foreach (var status in new[] { "FAILED", "ABORTED" })
        {
            await foreach (var job in ListJobsAsync([("status", status), ("resourceType", "S3")], cancellation))
            {
                // Whether AWS says of each of them when it ended is not documented, so that it is not asked to heed it.
                if (new EventFields(job).Instant("CompletionDate") is not { } ended || (ended > completedAfter && ended < completedBefore)) yield return job;
            }
        }
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

    private async IAsyncEnumerable<JsonElement> ListJobsAsync((string Name, string? Value)[] filters, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            var page = await backup.GetAsync("/restore-jobs/", [.. filters, ("nextToken", next)], FunctionsJson.Default.RestoreJobPage, cancellation);
            foreach (var job in page.RestoreJobs ?? []) yield return job;
            next = page.NextToken;
        }
        while (next is not null);
    }

    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

public sealed record RestoreJobPage(IReadOnlyList<JsonElement>? RestoreJobs = null, string? NextToken = null);

public sealed record RecoveryPointPage(IReadOnlyList<JsonElement>? RecoveryPoints = null, string? NextToken = null);
