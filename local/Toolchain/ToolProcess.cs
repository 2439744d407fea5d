using System.ComponentModel;
using System.Diagnostics;

namespace ServerlessGdpr.Local.Toolchain;

/// <summary>Runs a program to its end and keeps what it prints.</summary>
internal static class ToolProcess
{
    /// <returns>Null when there is no such program.</returns>
    public static async Task<ToolResult?> RunAsync(
        string program, IEnumerable<string> arguments, string? directory, IReadOnlyDictionary<string, string>? variables, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory ?? "",
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }

        process.StandardInput.Close();
        using var stopping = cancellation.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        return new ToolResult(process.ExitCode, await output, await errors);
    }
}

internal sealed record ToolResult(int ExitCode, string Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;

    public string Everything => (Output + Errors).Trim();
}
