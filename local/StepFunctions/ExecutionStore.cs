using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions;

/// <summary>The executions there are and were in the last 90 days.</summary>
internal sealed class ExecutionStore(TimeProvider time) : IDisposable
{
    /// <summary>How long AWS remembers an execution, and its name stays taken, after it has ended.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(90);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Execution> byArn = new(StringComparer.Ordinal);
    private long order;

    /// <summary>Puts what <paramref name="make"/> makes, or keeps, of the execution known by this ARN, if there is one.</summary>
    /// <param name="make">Given the known execution and the next number in order; nothing else is put meanwhile.</param>
    public Execution Put(string arn, Func<Execution?, long, Execution> make)
    {
        lock (gate) return byArn[arn] = make(byArn.GetValueOrDefault(arn) is { } known && !IsForgotten(known) ? known : null, ++order);
    }

    public void Remove(Execution execution)
    {
        lock (gate) byArn.Remove(execution.Arn);
        execution.Dispose();
    }

    public Execution Get(string arn)
    {
        lock (gate)
        {
            return byArn.GetValueOrDefault(arn) is { } found && !IsForgotten(found)
                ? found
                : throw new AwsError("ExecutionDoesNotExist", $"Execution Does Not Exist: '{arn}'");
        }
    }

    /// <summary>The latest first.</summary>
    public IReadOnlyList<Execution> Where(Func<Execution, bool> condition)
    {
        lock (gate)
        {
            return [.. byArn.Values.Where(execution => condition(execution) && !IsForgotten(execution)).OrderByDescending(execution => execution.Order)];
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var execution in byArn.Values) execution.Dispose();
        }
    }

    private bool IsForgotten(Execution execution) => execution.Standing.StopDate + Memory <= time.GetUtcNow();
}
