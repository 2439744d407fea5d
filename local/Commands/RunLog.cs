using System.Collections.Concurrent;
using Spectre.Console;

namespace ServerlessGdpr.Local.Commands;

/// <summary>What a command prints, and a copy of it: it too must name nobody.</summary>
public sealed class RunLog(IAnsiConsole console, TimeProvider time)
{
    private readonly long started = time.GetTimestamp();
    private readonly ConcurrentQueue<string> lines = new();

    public IAnsiConsole Console => console;

    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>For a terminal, or for a file or pipe: there without colours, and lines are not broken.</summary>
    public static RunLog Create(TimeProvider time)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (System.Console.IsOutputRedirected) console.Profile.Width = 240;
        return new RunLog(console, time);
    }

    public void Line(string text, string style = "default")
    {
        var line = $"{time.GetElapsedTime(started).TotalSeconds,6:F1} s  {text}";
        lines.Enqueue(line);
        lock (lines) console.MarkupLine($"[{style}]{line.EscapeMarkup()}[/]");
    }

    /// <summary>A line that another program reads: nothing before it, nothing after it.</summary>
    public void Raw(string text)
    {
        lines.Enqueue(text);
        lock (lines) System.Console.Out.WriteLine(text);
    }
}
