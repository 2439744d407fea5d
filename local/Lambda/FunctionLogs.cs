using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Logs;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>Keeps log lines in their group, and in <c>logs/FUNCTION.log</c> of the data directory.</summary>
public sealed class FunctionLogs(LogStore store, DataDirectory directory) : IFunctionLogs, IDisposable
{
    private readonly Dictionary<string, StreamWriter> files = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private bool disposed;

    public void Append(FunctionLogLine line)
    {
        store.Append(line.LogGroup, line.LogStream, line.Message);
        lock (gate)
        {
            if (disposed) return;
            if (!files.TryGetValue(line.FunctionName, out var file)) files[line.FunctionName] = file = Open(line.FunctionName);
            file.WriteLine(line.Message);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            foreach (var file in files.Values) file.Dispose();
            files.Clear();
        }
    }

    private StreamWriter Open(string functionName)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory.Path, "logs"));
        return new StreamWriter(Path.Combine(folder.FullName, functionName + ".log"), append: true) { AutoFlush = true };
    }
}
