using System.Runtime.CompilerServices;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>The records of one datastore as the bundle has them: with the paths of their files, and in a portability bundle only what the person provided.</summary>
internal sealed class SectionSource(BundleSection section, IExportedData data, bool onlyProvided)
{
    /// <summary>The field of a record with the path of its file in the bundle.</summary>
    public const string FileField = "file";

    private readonly FileNames names = new();
    private readonly SortedDictionary<int, (ExportedFile File, string Path)> files = [];

    public BundleSection Section => section;

    public ExportTask Task => section.Task;

    public string DataPath => $"data/{Task.Datastore}.json";

    public string TablePath => $"data/{Task.Datastore}.csv";

    /// <summary>By number, once the records have been read.</summary>
    public IReadOnlyCollection<(ExportedFile File, string Path)> Files => files.Values;

    private ExportRules Rules => section.Entry?.Export ?? new();

    private bool HasFiles => !onlyProvided || Rules.Provided.Contains(ExportRules.Everything);

    /// <summary>Whether there are any to be written.</summary>
    public async Task<bool> HasRecordsAsync(CancellationToken cancellation)
    {
        if (section.Task is not { Outcome: Outcomes.Exported, Found: > 0 } || (onlyProvided && Rules.Provided.Count == 0)) return false;
        return !onlyProvided || await RecordsAsync(cancellation).AnyAsync(cancellation);
    }

    /// <exception cref="ExportInconsistent">At the end, when there were more or fewer than were exported.</exception>
    public async IAsyncEnumerable<ExportedRecord> RecordsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var read = 0L;
        await foreach (var record in data.RecordsAsync(Task, cancellation))
        {
            read++;
            var provided = onlyProvided ? ProvidedFields.Of(record.Data, Rules.Provided) : record.Data;
            if (record.File is { } file && HasFiles) provided[FileField] = PathOf(file);
            if (provided.Count > 0) yield return record with { Data = provided };
        }

        // A call that Step Functions gave up goes on, and may write a part after the one that took its place.
        if (read != Task.Found) throw new ExportInconsistent();
    }

    private string PathOf(ExportedFile file) =>
        (files.TryGetValue(file.Number, out var known) ? known : files[file.Number] = (file, $"files/{Task.Datastore}/{names.NameFor(file.Name)}")).Path;
}

/// <summary>The parts do not hold as many records as their export answered: a bundle of them would lack some, or have some twice, and not say so. A retry exports anew.</summary>
public sealed class ExportInconsistent() : PermanentFailure("The exported records are not as many as the export answered.");
