namespace ServerlessGdpr.Local.Lambda.Hosts;

/// <summary>Runs functions as tasks of this process, so that they live on the cloud's virtual clock.</summary>
public sealed class InProcessHost(FunctionProgram program, TimeProvider clock) : IFunctionHost
{
    public TimeProvider Clock => clock;

    /// <summary>They are cheap: only the account's quota bounds how many work at once.</summary>
    public int MaxWorkers => 1000;

    public IFunctionInstance Start(FunctionDefinition function, FunctionEnvironment environment) => new Instance(program, environment);

    private sealed class Instance : IFunctionInstance
    {
        private readonly CancellationTokenSource killed = new();

        public Instance(FunctionProgram program, FunctionEnvironment environment) => Exited = RunAsync(program, environment);

        public int? ProcessId => null;

        public Task<InstanceExit> Exited { get; }

        public void Kill() => killed.Cancel();

        public void Dispose() => killed.Cancel();

        private async Task<InstanceExit> RunAsync(FunctionProgram program, FunctionEnvironment environment)
        {
            try
            {
                // A killed process leaves at once, so a task that ignores its token is not waited for.
                await Task.Run(() => program(environment, killed.Token), CancellationToken.None).WaitAsync(killed.Token);
                return InstanceExit.WithoutReason;
            }
            catch (OperationCanceledException) when (killed.IsCancellationRequested)
            {
                return InstanceExit.Killed;
            }
#pragma warning disable CA1031 // Whatever ends a function's program ends its process, and is told in its log.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                environment.WriteLine($"Unhandled exception. {failure}");
                return InstanceExit.WithError("signal: aborted");
            }
        }
    }
}
