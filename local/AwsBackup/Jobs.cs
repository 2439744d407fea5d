using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.CloudTrail;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.AwsBackup;

/// <summary>Starts jobs, carries them out and tells of them.</summary>
internal sealed class Jobs(Vaults vaults, RestoreAnnouncements announcements, BackgroundWork background, BackupTimings timings, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Job> jobs = new(StringComparer.Ordinal);

    /// <summary>Those started with a token that makes starting them again harmless.</summary>
    private readonly Dictionary<string, Job> started = new(StringComparer.Ordinal);
    private readonly Lock starting = new();

    /// <summary>Newest first.</summary>
    public IEnumerable<T> All<T>()
        where T : Job => jobs.Values.OfType<T>().OrderByDescending(job => job.CreatedAt).ThenBy(job => job.Id, StringComparer.Ordinal);

    public T Get<T>(string id)
        where T : Job => jobs.GetValueOrDefault(id) as T ?? throw new AwsError("ResourceNotFoundException", $"Job {id} does not exist.");

    public BackupJob Start(string? token, Vault vault, string resourceArn, IBackupKind kind, string role) => Start(
        token,
        id => new BackupJob(id, vault, resourceArn, kind, role, time.GetUtcNow()),
        (job, state) => announcements.AnnounceAsync(
            "aws.backup", "Backup Job State Change", job.Event(state), job.Taken is { } taken ? [taken.RecoveryPointArn] : [], background.Stopping),
        async (job, work, cancellation) =>
        {
            job.Taken = await job.Kind.TakeAsync(job.ResourceArn, cancellation);
            await work.WaitAsync(() => Task.Delay(timings.JobRun, time, cancellation));
            vaults.Add(new RecoveryPoint(job.Taken.RecoveryPointArn, job.Vault, job.ResourceArn, job.Kind, job.Role, job.Taken.At, time.GetUtcNow(), job.Taken.Size));
        });

    public RestoreJob Start(string? token, RecoveryPoint point, string? role, JsonObject metadata) => Start(
        token,
        id => new RestoreJob(id, point, role, time.GetUtcNow()),
        (job, state) => announcements.AnnounceAsync("aws.backup", "Restore Job State Change", job.Event(state), [job.Point.Arn], background.Stopping),
        async (job, work, cancellation) => job.CreatedResourceArn = await job.Point.Kind.RestoreAsync(job.Point, new PropertyReader("Metadata", metadata), work, cancellation));

    private T Start<T>(string? token, Func<string, T> create, Func<T, string, Task> tell, Func<T, Work, CancellationToken, Task> carryOut)
        where T : Job
    {
        T job;
        lock (starting)
        {
            var key = $"{typeof(T).Name} {token}";
            if (token is not null && started.TryGetValue(key, out var first)) return (T)first;
            job = create(Guid.NewGuid().ToString().ToUpperInvariant());
            jobs[job.Id] = job;
            if (token is not null) started[key] = job;
        }

        background.Run(async (work, cancellation) =>
        {
            await tell(job, Job.Created);
            await tell(job, Job.Pending);
            await work.WaitAsync(() => Task.Delay(timings.JobStart, time, cancellation));
            job.Run();
            await tell(job, Job.Running);
            try
            {
                await carryOut(job, work, cancellation);
                job.Complete(time.GetUtcNow());
            }
            catch (AwsError refused)
            {
                job.Fail(refused.Message, time.GetUtcNow());
            }

            await tell(job, job.State);
        });
        return job;
    }
}
