using System.Collections.Concurrent;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>Keeps log lines per group in memory, and in <c>logs/FUNCTION.log</c> of the data directory.</summary>
public sealed class FunctionLogs(DataDirectory directory) : IFunctionLogs, IDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<FunctionLogLine>> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StreamWriter> files = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private bool disposed;

    public IReadOnlyCollection<string> Groups => [.. groups.Keys];

    public void Append(FunctionLogLine line)
    {
        groups.GetOrAdd(line.LogGroup, _ => new ConcurrentQueue<FunctionLogLine>()).Enqueue(line);
        lock (gate)
        {
            if (disposed) return;
            if (!files.TryGetValue(line.FunctionName, out var file)) files[line.FunctionName] = file = Open(directory.Path, line.FunctionName);
            file.WriteLine(line.Message);
        }
    }

    public IReadOnlyList<FunctionLogLine> Read(string logGroup) => groups.TryGetValue(logGroup, out var lines) ? [.. lines] : [];

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            foreach (var file in files.Values) file.Dispose();
            files.Clear();
        }
    }

    private static StreamWriter Open(string dataDirectory, string functionName)
    {
        var folder = Directory.CreateDirectory(Path.Combine(dataDirectory, "logs"));
        return new StreamWriter(Path.Combine(folder.FullName, functionName + ".log"), append: true) { AutoFlush = true };
    }
}
