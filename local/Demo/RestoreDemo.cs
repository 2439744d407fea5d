using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.Commands;

namespace ServerlessGdpr.Local.Demo;

/// <summary>The demo's second half: a backup from before the erasure is restored, the person comes back with it, and vanishes again, unasked.</summary>
internal sealed class RestoreDemo
{
    private const string Copy = "shop-customers-restored-demo";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly LocalSession session;
    private readonly RunLog log;
    private readonly StoreReader reader;
    private readonly string backup;
    private readonly IReadOnlyList<StoredRecord> backedUp;
    private readonly Identifiers subject;

    private RestoreDemo(LocalSession session, RunLog log, StoreReader reader, string backup, IReadOnlyList<StoredRecord> backedUp, Identifiers subject)
    {
        this.session = session;
        this.log = log;
        this.reader = reader;
        this.backup = backup;
        this.backedUp = backedUp;
        this.subject = subject;
    }

    public static async Task<RestoreDemo> BackUpAsync(LocalSession session, RunLog log, CancellationToken cancellation)
    {
        var stores = new StoreReader(session.Clients);
        var person = Identifiers.Of(session.Shop?.Subject ?? throw new InvalidOperationException("The demo needs a seeded shop."));
        var records = await stores.ReadTableAsync(Shop.CustomersTable, cancellation);
        var answer = await session.Clients.DynamoDb.CreateBackupAsync(new CreateBackupRequest { TableName = Shop.CustomersTable, BackupName = "before-the-erasure" }, cancellation);
        log.Line($"Backed {Shop.CustomersTable} up: {records.Count} people, the sample's person among them", "blue");
        return new RestoreDemo(session, log, stores, answer.BackupDetails.BackupArn, records, person);
    }

    /// <summary>Restores the backup and does nothing else: whatever happens then, AWS's own event has set off.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellation)
    {
        await session.Clients.DynamoDb.RestoreTableFromBackupAsync(new RestoreTableFromBackupRequest { BackupArn = backup, TargetTableName = Copy }, cancellation);
        log.Line($"Restored that backup as {Copy}", "blue");
        log.Line($"In {Copy}: {await CountWhenRestoredAsync(cancellation)} record(s) of the person, who is back", "yellow");

        var clean = await session.Statuses.UntilRestoreAsync(status => status.Status == "clean", cancellation);
        var after = await reader.ReadTableAsync(Copy, cancellation);
        var left = after.Count(IsOfSubject);
        log.Line($"In {Copy}: {clean.Erased} record(s) erased again, {left} left; clean {clean.TimeToCleanSeconds:F1} s after the restore began", left == 0 ? "green" : "red");
        return
        [
            new("a restored backup brought the person back", clean.Erased > 0 && clean.Erased == backedUp.Count(IsOfSubject)),
            new("nobody asked, and nothing of the person is left in the restored table", left == 0),
            new("everyone else is in the restored table, byte by byte", Others(backedUp).SetEquals(Others(after))),
        ];
    }

    private async Task<int> CountWhenRestoredAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return (await reader.ReadTableAsync(Copy, cancellation)).Count(IsOfSubject);
            }
            catch (ResourceNotFoundException)
            {
                // A table that is being restored cannot be read.
                await Task.Delay(Look, session.Cloud.Time, cancellation);
            }
        }
    }

    private bool IsOfSubject(StoredRecord record) => subject.AreIn(record.Content) || subject.AreIn(record.Key);

    private HashSet<(string Key, string Hash)> Others(IReadOnlyList<StoredRecord> records) =>
        [.. records.Where(record => !IsOfSubject(record)).Select(record => (record.Key, record.Hash))];
}
