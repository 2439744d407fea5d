using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>Runs executions in the background to their end.</summary>
internal sealed class ExecutionRunner(WorkflowRunner workflows, BackgroundWork background, InFlight inFlight, TimeProvider time)
{
    /// <summary>What AWS lets a Standard execution last.</summary>
    private const long MostSeconds = 31_536_000;

    public void Start(Execution execution)
    {
        var branch = new Branch(execution, inFlight, time, execution.Stopped);
        background.Loop(_ => RunAsync(execution, branch));
    }

    private async Task RunAsync(Execution execution, Branch branch)
    {
        using var work = branch;
        var seconds = Math.Min(execution.Revision.Workflow.TimeoutSeconds ?? MostSeconds, MostSeconds);
        using var limit = new Alarm(time, execution.StartDate.AddSeconds(seconds), () => execution.TryFinish(ExecutionStatus.TimedOut, null));
        try
        {
            var output = await workflows.RunAsync(execution.Revision.Workflow, Json.Parse(execution.Input), branch);
            execution.TryFinish(ExecutionStatus.Succeeded, branch.Cursor, Json.Text(output));
        }
        catch (StateFailure failure)
        {
            execution.TryFinish(ExecutionStatus.Failed, branch.Cursor, error: failure.Error, cause: failure.Cause);
        }
        catch (OperationCanceledException) when (execution.Stopped.IsCancellationRequested)
        {
            // It was stopped or timed out, and says so already, or the cloud is being disposed.
        }
        catch (Exception defect)
        {
            // Here a defect of the local cloud itself would leave the execution running for ever.
            execution.TryFinish(ExecutionStatus.Failed, branch.Cursor, error: StateFailure.Runtime, cause: $"The local cloud failed: {defect.GetType().Name}: {defect.Message}");
            throw;
        }
    }
}
