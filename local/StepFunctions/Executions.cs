using System.Text.Json;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions;

/// <summary>Starts executions of state machines.</summary>
internal sealed class Executions(StateMachines machines, ExecutionStore store, ExecutionRunner runner, StatusEvents statusEvents, ExecutionFeed feed, BackgroundWork background, TimeProvider time, Chance chance)
    : IStateMachines
{
    public Task<string> StartExecutionAsync(string stateMachineArn, string? name, string input, CancellationToken cancellation) =>
        Task.FromResult(Start(stateMachineArn, name, input).Arn);

    /// <summary>Starts an execution, or finds the one that runs under the same name with the same input.</summary>
    /// <exception cref="AwsError">ExecutionAlreadyExists, InvalidName, InvalidExecutionInput, StateMachineDoesNotExist.</exception>
    public Execution Start(string stateMachineArn, string? name, string input)
    {
        if (name is not null) Names.Check(name);
        var machine = machines.Get(stateMachineArn);
        CheckInput(input);
        name ??= chance.Uuid();
        Execution? started = null;
        var execution = store.Put(machine.ExecutionArn(name), (known, order) =>
        {
            if (known is not null)
            {
                return known.IsRunning && known.Input == input ? known : throw new AwsError("ExecutionAlreadyExists", $"Execution Already Exists: '{known.Arn}'");
            }

            started = new Execution(machine, name, input, time, feed, statusEvents.Emit, background.Stopping) { Order = order };
            started.Record(Events.ExecutionStarted(input, started.Revision.RoleArn), 0);
            statusEvents.Emit(started);
            return started;
        });
        if (started is not null) runner.Start(started);
        return execution;
    }

    public Execution Get(string arn) => store.Get(arn);

    /// <summary>The latest first.</summary>
    public IReadOnlyList<Execution> Of(string stateMachineArn) => store.Where(execution => execution.Machine.Arn == stateMachineArn);

    /// <summary>The child executions of a map run, the latest first.</summary>
    public IReadOnlyList<Execution> Of(MapRun run) => store.Where(execution => execution.MapRun == run);

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
