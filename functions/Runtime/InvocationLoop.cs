using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Runtime.Logging;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>Takes one invocation after the other and answers each: with the function's answer, or with the class of its failure.</summary>
public sealed partial class InvocationLoop(RuntimeApi api, IFunction function, TimeProvider time, ILogger<InvocationLoop> log)
{
    /// <summary>What Lambda takes as an answer, in bytes: 6 MB.</summary>
    public const int AnswerLimit = 6 * 1024 * 1024;

    private static readonly TimeSpan LongestReserve = TimeSpan.FromSeconds(10);

    /// <exception cref="HttpRequestException">The Runtime API is gone, or told this process to exit.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var coldStart = true; ; coldStart = false)
        {
            var received = await api.NextAsync(stop);
            using (log.BeginInvocation(received, coldStart)) await ServeAsync(received, stop);
        }
    }

    private async Task ServeAsync(Received received, CancellationToken stop)
    {
        var (answer, failure) = await InvokeAsync(received, stop);
        stop.ThrowIfCancellationRequested();
        var id = received.Invocation.Id;
        if (answer is not null)
        {
            if (answer.Length <= AnswerLimit && await api.AnswerAsync(id, answer, stop)) return;
            failure = new AnswerTooLarge();
        }

        var errorType = failure!.GetType().Name;
        LogInvocationFailed(log, errorType, ((failure.InnerException ?? failure) as AmazonServiceException)?.ErrorCode, failure.InnerException ?? failure);
        await api.FailAsync(id, errorType, $"event {id}", stop);
    }

    private async Task<(byte[]? Answer, Exception? Failure)> InvokeAsync(Received received, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(TimeToWork(received.Invocation.Deadline - time.GetUtcNow()), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        try
        {
            return (await function.InvokeAsync(received.Input, received.Invocation, either.Token), null);
        }
        catch (Exception thrown)
        {
            return (null, ErrorClassifier.Classify(thrown, deadline.IsCancellationRequested));
        }
    }

    /// <summary>A tenth of what remains, at most ten seconds, is kept for answering.</summary>
    private static TimeSpan TimeToWork(TimeSpan remaining)
    {
        if (remaining <= TimeSpan.Zero) return TimeSpan.Zero;
        var reserve = remaining / 10;
        return remaining - (reserve < LongestReserve ? reserve : LongestReserve);
    }

    [LoggerMessage(1003, LogLevel.Error, "The invocation failed with {ErrorType}")]
    private static partial void LogInvocationFailed(ILogger log, string errorType, string? awsErrorCode, Exception failure);
}
