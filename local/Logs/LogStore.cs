using System.Collections.Concurrent;

namespace ServerlessGdpr.Local.Logs;

/// <summary>Log lines in memory, in groups and streams.</summary>
public sealed class LogStore(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, LogGroup> groups = new(StringComparer.Ordinal);

    public IEnumerable<LogGroup> Groups => groups.Values.OrderBy(group => group.Name, StringComparer.Ordinal);

    /// <summary>Adds a line at the present instant; group and stream come to be with their first line.</summary>
    public void Append(string group, string stream, string line) => GetOrAdd(group).Append(stream, line, time.GetUtcNow());

    /// <summary>A group's lines, or those of one of its streams, in the order of their arrival.</summary>
    public IReadOnlyList<LogLine> Read(string group, string? stream = null) =>
        Find(group)?.Lines.Where(line => stream is null || line.Stream == stream).ToList() ?? [];

    public LogGroup? Find(string group) => groups.GetValueOrDefault(group);

    internal LogGroup GetOrAdd(string group) => groups.GetOrAdd(group, name => new LogGroup(name, time));
}

/// <param name="Number">The line's place in its group.</param>
public sealed record LogLine(long Number, string Stream, DateTimeOffset At, string Text);

/// <summary>A log group; lines older than its retention are gone.</summary>
public sealed class LogGroup(string name, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly List<LogLine> lines = [];
    private long last;

    public string Name { get; } = name;

    public string Arn { get; } = Hosting.Arns.Of("logs", $"log-group:{name}:*");

    public DateTimeOffset CreatedAt { get; } = time.GetUtcNow();

    public TimeSpan? Retention { get; internal set; }

    public IReadOnlyList<LogLine> Lines
    {
        get
        {
            lock (gate)
            {
                if (Retention is { } retention) lines.RemoveAll(line => line.At + retention <= time.GetUtcNow());
                return [.. lines];
            }
        }
    }

    internal void Append(string stream, string text, DateTimeOffset at)
    {
        lock (gate) lines.Add(new LogLine(++last, stream, at, text));
    }
}
