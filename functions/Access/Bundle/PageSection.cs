using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>A datastore's section of the page, with the records it shows.</summary>
internal sealed record PageSection(SectionSource Source, bool HasRecords)
{
    public string Id => $"data-{Task.Datastore}";

    public string Title => Source.Section.Entry?.Processing.Title ?? Task.Datastore;

    public ExportTask Task => Source.Task;

    /// <summary>Null when everything was read.</summary>
    public string? Unread => (Task.UnreadLines, Task.UnreadObjects) switch
    {
        (0, 0) => null,
        (var lines, 0) => PageText.Count(lines, "line", "lines"),
        (0, var objects) => PageText.Count(objects, "file", "files"),
        var (lines, objects) => $"{PageText.Count(lines, "line", "lines")} and {PageText.Count(objects, "file", "files")}",
    };

    public bool IsSearched => Task.Outcome is Outcomes.Exported or Outcomes.NotFound;

    private string Records => PageText.Count(Task.Found, "record", "records");

    public string Finding => Task.Outcome switch
    {
        Outcomes.Exported when Task.Files > 0 => $"{Records}, with {PageText.Count(Task.Files, "file", "files")}",
        Outcomes.Exported => Records,
        Outcomes.NotFound => Unread is null ? "Nothing held about you" : "Nothing found about you",
        Outcomes.Unreachable => "Not searched",
        _ => "Not included",
    };
}
