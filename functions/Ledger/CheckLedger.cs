using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>Every day, and when something was restored: says whether the ledger's table is behind its write-once copies, which only its own restore can make it.</summary>
public sealed class CheckLedger(LedgerComparison comparison, LedgerCheckpoint checkpoint, Metrics metrics) : IHandler<LedgerScope, LedgerStanding>
{
    /// <param name="input">Empty for everything: what one invocation does not manage, the next goes on with.</param>
    public async Task<LedgerStanding> HandleAsync(LedgerScope input, Invocation invocation, CancellationToken deadline)
    {
        var isScheduled = input is { Datastore: null, Continuation: null };
        if (isScheduled) input = new() { Continuation = await checkpoint.ReadAsync(deadline) };
        var standing = await comparison.CheckAsync(input, deadline);
        metrics.Count("LedgerBehind", standing.Behind);

        // What is kept of the deadline for answering is enough for one write.
        if (isScheduled) await checkpoint.WriteAsync(standing.Continuation, CancellationToken.None);
        return standing;
    }
}
