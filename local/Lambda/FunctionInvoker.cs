using System.Collections.Concurrent;
using System.Security.Cryptography;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>Calls functions: concurrency limits, a worker, and the answer.</summary>
public sealed class FunctionInvoker(FunctionCatalog catalog, WorkerPool pool, BackgroundWork background, InFlight inFlight) : IFunctions
{
    /// <summary>Lambda's default quota for an account and region.</summary>
    private const int AccountConcurrency = 1000;

    private readonly ConcurrentDictionary<string, int> running = new(StringComparer.Ordinal);
    private int runningInAccount;

    /// <summary>What goes wrong on purpose; null for nothing.</summary>
    public IInvocationFault? Fault { get; set; }

    /// <summary>For whoever is no part of the cloud's work.</summary>
    public Task<FunctionAnswer> InvokeAsync(string functionArn, string payload, CancellationToken cancellation) =>
        Begin(catalog.Find(functionArn), payload).Answer.WaitAsync(cancellation);

    /// <inheritdoc/>
    Task<FunctionAnswer> IFunctions.InvokeAsync(string functionArn, string payload, CancellationToken cancellation) =>
        inFlight.WaitAsync(Begin(catalog.Find(functionArn), payload).Answer.WaitAsync(cancellation));

    /// <summary>Starts a call, which goes on even if nobody waits for its answer.</summary>
    /// <exception cref="AwsError">Throttled.</exception>
    public Invocation Begin(FunctionDefinition function, string payload, string? traceId = null)
    {
        var fault = Fault?.Choose(function.Name, payload);
        Enter(function, fault is Lambda.Fault.Throttled);
        var call = new Invocation(function, payload, traceId ?? NewTraceId());
        background.Run((work, stopping) => RunAsync(call, fault, work, stopping));
        return call;
    }

    private async Task RunAsync(Invocation call, Fault? fault, Work work, CancellationToken stopping)
    {
        try
        {
            while (!await ServeAsync(call, fault, work, stopping))
            {
                // A worker that was gone before it saw the call costs nothing but another one.
            }
        }
        catch (Exception failure)
        {
            call.Abandon(failure);
            throw;
        }
        finally
        {
            Leave(call.Function);
        }

        await call.ConcludeAsync();
    }

    private async Task<bool> ServeAsync(Invocation call, Fault? fault, Work work, CancellationToken stopping)
    {
        var worker = await pool.TakeAsync(call.Function);
        try
        {
            return await worker.ServeAsync(call, fault, work, stopping);
        }
        finally
        {
            pool.Return(worker);
        }
    }

    private void Enter(FunctionDefinition function, bool refuse)
    {
        var ofFunction = running.AddOrUpdate(function.Name, 1, (_, count) => count + 1);
        var ofAccount = Interlocked.Increment(ref runningInAccount);
        if (!refuse && ofAccount <= AccountConcurrency && !(ofFunction > function.ReservedConcurrency)) return;
        Leave(function);
        throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429)
        {
            Data =
            {
                ["Reason"] = ofFunction > function.ReservedConcurrency
                    ? "ReservedFunctionConcurrentInvocationLimitExceeded"
                    : "ConcurrentInvocationLimitExceeded",
            },
        };
    }

    private void Leave(FunctionDefinition function)
    {
        running.AddOrUpdate(function.Name, 0, (_, count) => count - 1);
        Interlocked.Decrement(ref runningInAccount);
    }

    private static string NewTraceId() =>
        $"Root=1-{RandomNumberGenerator.GetHexString(8, lowercase: true)}-{RandomNumberGenerator.GetHexString(24, lowercase: true)};Parent={RandomNumberGenerator.GetHexString(16, lowercase: true)};Sampled=1";
}
