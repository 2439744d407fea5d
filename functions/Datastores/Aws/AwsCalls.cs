using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores.Aws;

/// <summary>Calls an AWS service with patience: transient errors are tried again after a jittered pause, everything else becomes a failure of ours.</summary>
/// <remarks>It replaces the SDK's own retries, which know neither our clock nor our deadline: clients are made with none.</remarks>
internal sealed class AwsCalls(TimeProvider time)
{
    private const int Attempts = 10;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <param name="call">Reads take the deadline into the SDK; a write must not, because what it did would then be unknown.</param>
    /// <exception cref="OperationCanceledException">The deadline has come.</exception>
    public async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken deadline)
    {
        for (var attempt = 1; ; attempt++)
        {
            deadline.ThrowIfCancellationRequested();
            Exception failure;
            try
            {
                return await call();
            }
            catch (Exception error) when (!(error is OperationCanceledException && deadline.IsCancellationRequested) && AwsErrors.Translate(error) is { } translated)
            {
                failure = translated;
            }

            if (failure is not TransientFailure || attempt == Attempts) throw failure;
            await PauseAsync(attempt, failure, deadline);
        }
    }

    /// <summary>Waits longer with each attempt, at random within the bound, so that many callers do not return at once (full jitter).</summary>
    /// <param name="failure">What to throw when the deadline comes first.</param>
    public async Task PauseAsync(int attempt, Exception failure, CancellationToken deadline)
    {
        var bound = Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(attempt - 1, 10));
        try
        {
            await Task.Delay(TimeSpan.FromTicks(Random.Shared.NextInt64(bound / 4, bound)), time, deadline);
        }
        catch (OperationCanceledException)
        {
            throw failure;
        }
    }
}
