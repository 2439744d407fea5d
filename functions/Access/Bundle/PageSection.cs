using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>A datastore's section of the page, with the records it shows.</summary>
internal sealed record PageSection(SectionSource Source, bool HasRecords)
{
    public string Id => $"data-{Task.Datastore}";

    public string Title => Source.Section.Entry?.Processing.Title ?? Task.Datastore;

    public ExportTask Task => Source.Task;

    public bool IsSearched => Task.Outcome is Outcomes.Exported or Outcomes.NotFound;

    private string Records => PageText.Count(Task.Found, "record", "records");

    public string Finding => Task.Outcome switch
    {
        Outcomes.Exported when Task.Files > 0 => $"{Records}, with {PageText.Count(Task.Files, "file", "files")}",
        Outcomes.Exported => Records,
        Outcomes.NotFound => "Nothing held about you",
        Outcomes.Unreachable => "Not searched",
        _ => "Not included",
    };
}
