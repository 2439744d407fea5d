using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ServerlessGdpr.Local.Processes;

/// <summary>
/// Sees to it that child processes die with this one even when this one is killed: a shell that reads their ids from a pipe
/// and kills those that are left when the pipe closes. (Linux's own parent-death signal follows the thread that started the child, not the process.)
/// </summary>
public sealed class Orphanage : IDisposable
{
    private const string Script = """
        trap '' INT TERM HUP
        pids=' '
        while read -r sign pid; do
          case $sign in
            +) pids="$pids$pid ";;
            -) case $pids in *" $pid "*) pids="${pids%% $pid *} ${pids#* $pid }";; esac;;
          esac
        done
        for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
        """;

    private readonly Lock gate = new();
    private Process? shell;
    private bool disposed;

    /// <summary>From now on the process is killed when this one ends.</summary>
    public void Enter(int processId) => Tell('+', processId);

    /// <summary>The process has ended by itself.</summary>
    public void Leave(int processId) => Tell('-', processId);

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            if (shell is null) return;
            shell.StandardInput.Dispose();
            shell.WaitForExit();
            shell.Dispose();
            shell = null;
        }
    }

    private void Tell(char sign, int processId)
    {
        lock (gate)
        {
            if (disposed) return;
            shell ??= Start();
            shell.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sign} {processId}"));
            shell.StandardInput.Flush();
        }
    }

    private static Process Start() =>
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script]) { RedirectStandardInput = true, UseShellExecute = false })
        ?? throw new Win32Exception("/bin/sh did not start.");
}
