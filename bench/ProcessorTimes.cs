using System.Globalization;
using ServerlessGdpr.Local.Lambda;

namespace ServerlessGdpr.Bench;

/// <summary>Seconds of processor time that this process and those it started have used so far, as Linux says.</summary>
/// <param name="DynamoDb">Of whatever else this process started, which is DynamoDB Local.</param>
internal sealed record ProcessorTimes(double Functions, double DynamoDb, double Cloud)
{
    /// <summary>In /proc, whatever the machine.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Time of functions that have exited is lost.</summary>
    public static ProcessorTimes Now(WorkerFactory workers)
    {
        var all = Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])).Select(Read).OfType<Usage>().ToList();
        var functions = workers.Live.Select(worker => worker.ProcessId).ToHashSet();
        var started = new HashSet<int> { Environment.ProcessId };
        while (all.Where(process => started.Contains(process.Parent)).Aggregate(false, (more, process) => started.Add(process.Id) || more))
        {
            // Until no process is found whose parent is one of them.
        }

        double Sum(Func<Usage, bool> which) => all.Where(process => started.Contains(process.Id) && which(process)).Sum(process => process.Ticks) / TicksPerSecond;
        return new(
            Sum(process => functions.Contains(process.Id)),
            Sum(process => process.Id != Environment.ProcessId && !functions.Contains(process.Id)),
            Sum(process => process.Id == Environment.ProcessId));
    }

    public ProcessorTimes Since(ProcessorTimes earlier) => new(Functions - earlier.Functions, DynamoDb - earlier.DynamoDb, Cloud - earlier.Cloud);

    private static Usage? Read(string process)
    {
        try
        {
            // The name, in brackets, may hold anything. After it: state, parent, ..., user and system time as the 12th and 13th.
            var stat = File.ReadAllText(Path.Combine(process, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
            return new Usage(int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture), (int)Field(1), Field(11) + Field(12));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Usage(int Id, int Parent, long Ticks);
}
