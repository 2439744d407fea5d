namespace ServerlessGdpr.Functions.Runtime;

/// <summary>What one Lambda function does with one invocation.</summary>
/// <remarks>Expected outcomes are in the answer. What is thrown is a <see cref="TransientFailure"/> or a <see cref="PermanentFailure"/>; anything else counts as transient.</remarks>
public interface IHandler<in TIn, TOut>
{
    /// <param name="deadline">Cancelled early enough to still answer.</param>
    Task<TOut> HandleAsync(TIn input, Invocation invocation, CancellationToken deadline);
}

/// <param name="Id">The invocation's id, as in the function's logs.</param>
/// <param name="TraceId">The X-Ray trace, where there is one.</param>
/// <param name="Deadline">When Lambda kills the function.</param>
public sealed record Invocation(string Id, string? TraceId, DateTimeOffset Deadline);
