using System.Globalization;

namespace ServerlessGdpr.Local.Processes;

/// <summary>What Linux says about the memory of a process; elsewhere nothing is known.</summary>
internal static class ProcessMemory
{
    private const string Peak = "VmHWM:";

    /// <summary>The most memory the process ever had, in bytes; null when it is gone.</summary>
    public static long? PeakOf(int? processId)
    {
        if (processId is null || !OperatingSystem.IsLinux()) return null;
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(line => line.StartsWith(Peak, StringComparison.Ordinal));
            return line is null ? null : long.Parse(line[Peak.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
