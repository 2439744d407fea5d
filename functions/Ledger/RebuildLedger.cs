using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>
/// Before a replay selects anyone, and for operators after the ledger's table was restored or lost: puts back what its write-once copies remember. It is invoked with its own
/// answer's continuation until there is none, and may be repeated at any time, also while requests are at work.
/// </summary>
public sealed class RebuildLedger(LedgerComparison comparison, Metrics metrics) : IHandler<LedgerScope, LedgerStanding>
{
    public async Task<LedgerStanding> HandleAsync(LedgerScope input, Invocation invocation, CancellationToken deadline)
    {
        var standing = await comparison.RebuildAsync(input, deadline);
        if (standing.Behind > 0) metrics.Count("LedgerBehind", standing.Behind);
        return standing;
    }
}
