using System.Text.Json;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions;

/// <summary>The executions there are and were in the last 90 days.</summary>
internal sealed class Executions(StateMachines machines, ExecutionRunner runner, StatusEvents statusEvents, ExecutionFeed feed, BackgroundWork background, TimeProvider time, Chance chance)
    : IStateMachines, IDisposable
{
    /// <summary>How long AWS remembers an execution, and its name stays taken, after it has ended.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(90);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Execution> byArn = new(StringComparer.Ordinal);
    private long order;

    public Task<string> StartExecutionAsync(string stateMachineArn, string? name, string input, CancellationToken cancellation) =>
        Task.FromResult(Start(stateMachineArn, name, input).Arn);

    /// <summary>Starts an execution, or finds the one that runs under the same name with the same input.</summary>
    /// <exception cref="AwsError">ExecutionAlreadyExists, InvalidName, InvalidExecutionInput, StateMachineDoesNotExist.</exception>
    public Execution Start(string stateMachineArn, string? name, string input)
    {
        if (name is not null) Names.Check(name);
        var machine = machines.Get(stateMachineArn);
        CheckInput(input);
        Execution execution;
        lock (gate)
        {
            var arn = machine.ExecutionArn(name ??= chance.Uuid());
            if (byArn.GetValueOrDefault(arn) is { } known && !IsForgotten(known))
            {
                return known.IsRunning && known.Input == input ? known : throw new AwsError("ExecutionAlreadyExists", $"Execution Already Exists: '{arn}'");
            }

            execution = new Execution(machine, name, input, time, feed, statusEvents.Emit, background.Stopping) { Order = ++order };
            execution.Record(Events.ExecutionStarted(input, execution.Revision.RoleArn), 0);
            statusEvents.Emit(execution);
            byArn[arn] = execution;
        }

        runner.Start(execution);
        return execution;
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
    public IReadOnlyList<Execution> Of(string stateMachineArn)
    {
        lock (gate)
        {
            return [.. byArn.Values.Where(execution => execution.Machine.Arn == stateMachineArn && !IsForgotten(execution)).OrderByDescending(execution => execution.Order)];
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

    private static void CheckInput(string input)
    {
        if (Json.IsTooLarge(input)) throw new AwsError("ValidationException", "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144");
        try
        {
            Json.Parse(input);
        }
        catch (JsonException error)
        {
            throw new AwsError("InvalidExecutionInput", $"Invalid State Machine Execution Input: '{error.Message}'");
        }
    }
}
