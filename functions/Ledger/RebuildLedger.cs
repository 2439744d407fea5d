using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>
/// For operators, after the ledger's table was restored or lost: puts back what its write-once copies remember. It is invoked with its own answer's continuation until there is
/// none, and may be repeated at any time, also while requests are at work.
/// </summary>
public sealed class RebuildLedger(LedgerComparison comparison) : IHandler<LedgerScope, LedgerStanding>
{
    public Task<LedgerStanding> HandleAsync(LedgerScope input, Invocation invocation, CancellationToken deadline) => comparison.RebuildAsync(input, deadline);
}
