using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Restores.Copies;

namespace ServerlessGdpr.Functions.Restores.Reconciling;

/// <summary>
/// Takes restored tables that AWS says are deleted off the register of copies, where they stay known for as long as there may be backups of them. A table of the
/// same name with another id is another table.
/// </summary>
/// <param name="account">Where this system lives: of tables elsewhere nothing is known here.</param>
public sealed class DeletedCopies(CopyStore copies, RestoredTables tables, DataMap dataMap, string account, string region, TimeProvider time)
{
    public async Task RemoveAsync(CancellationToken cancellation)
    {
        foreach (var entry in dataMap.Datastores)
        {
            await copies.KeepRemovedAsync(entry.Name, TimeSpan.FromDays(entry.BackupRetentionDays), cancellation);
            foreach (var copy in await copies.ListAsync(entry.Name, cancellation))
            {
                if (Arn.Parse(copy.Arn) is not { Service: "dynamodb" } arn || arn.Account != account || arn.Region != region || !tables.IsReachable(arn.Name)) continue;
                if (await tables.FindAsync(arn.Name, cancellation) is { } table && table.TableId == (copy.ResourceId ?? table.TableId)) continue;
                var now = time.GetUtcNow();
                await copies.RemoveAsync(copy.Datastore, copy.Arn, copy.ResourceId, now, now.AddDays(entry.BackupRetentionDays), cancellation);
            }
        }
    }
}
