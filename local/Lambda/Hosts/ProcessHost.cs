using System.ComponentModel;
using System.Diagnostics;
using ServerlessGdpr.Local.Processes;

namespace ServerlessGdpr.Local.Lambda.Hosts;

/// <summary>Runs functions as processes of the <c>bootstrap</c> in their code directory, as the runtime <c>provided.al2023</c> does.</summary>
/// <param name="processesOfFunction">At most; null limits how many there are of all functions together.</param>
public sealed class ProcessHost(Orphanage orphanage, int? processesOfFunction) : IFunctionHost
{
    private const int SignalBase = 128;

    /// <summary>What a process needs of this one's environment to start at all.</summary>
    private static readonly string[] Inherited = ["PATH", "HOME", "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    public TimeProvider Clock => TimeProvider.System;

    public int MaxWorkers { get; } = processesOfFunction is null ? Math.Max(16, 4 * Environment.ProcessorCount) : int.MaxValue;

    public int MaxWorkersOfFunction => processesOfFunction ?? MaxWorkers;

    public IFunctionInstance Start(FunctionDefinition function, FunctionEnvironment environment)
    {
        var start = new ProcessStartInfo(Path.Combine(function.CodeDirectory, "bootstrap"))
        {
            UseShellExecute = false,
            WorkingDirectory = function.CodeDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) start.Environment[name] = value;
        }

        // Without this every killed worker would leave its diagnostics socket in the temporary folder.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["LANG"] = "en_US.UTF-8";
        start.Environment["TZ"] = ":UTC";
        foreach (var (name, value) in environment.Variables) start.Environment[name] = value;
        return new Instance(start, environment, orphanage);
    }

    private sealed class Instance : IFunctionInstance
    {
        private readonly Lock gate = new();
        private readonly Process process;
        private readonly TaskCompletionSource<InstanceExit> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool closing;

        public Instance(ProcessStartInfo start, FunctionEnvironment environment, Orphanage orphanage)
        {
            process = new Process { StartInfo = start, EnableRaisingEvents = true };
            process.OutputDataReceived += (_, line) => Write(environment, line.Data);
            process.ErrorDataReceived += (_, line) => Write(environment, line.Data);
            process.Exited += (_, _) =>
            {
                orphanage.Leave(process.Id);
                exited.TrySetResult(Describe(process.ExitCode));
            };
            try
            {
                process.Start();
            }
            catch (Win32Exception failure)
            {
                exited.TrySetResult(new InstanceExit("Runtime.InvalidEntrypoint", $"fork/exec {start.FileName}: {failure.Message}"));
                return;
            }

            ProcessId = process.Id;
            orphanage.Enter(process.Id);
            if (exited.Task.IsCompleted) orphanage.Leave(process.Id);
            process.StandardInput.Close();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public int? ProcessId { get; }

        public long? PeakMemory => ProcessMemory.PeakOf(ProcessId);

        public Task<InstanceExit> Exited => exited.Task;

        public void Kill()
        {
            lock (gate)
            {
                if (!exited.Task.IsCompleted) process.Kill(entireProcessTree: true);
            }
        }

        public void Dispose()
        {
            Kill();
            lock (gate)
            {
                if (closing) return;
                closing = true;
            }

            _ = CloseAsync();
        }

        /// <summary>What it printed last is read before its pipes are closed.</summary>
        private async Task CloseAsync()
        {
            await Exited;
            if (ProcessId is not null) await process.WaitForExitAsync();
            lock (gate) process.Dispose();
        }

        private static void Write(FunctionEnvironment environment, string? line)
        {
            if (line is not null) environment.WriteLine(line);
        }

        private static InstanceExit Describe(int code) => code switch
        {
            0 => InstanceExit.WithoutReason,
            SignalBase + 6 => InstanceExit.WithError("signal: aborted"),
            SignalBase + 9 => InstanceExit.Killed,
            SignalBase + 11 => InstanceExit.WithError("signal: segmentation fault"),
            SignalBase + 15 => InstanceExit.WithError("signal: terminated"),
            _ => InstanceExit.WithError($"exit status {code}"),
        };
    }
}
