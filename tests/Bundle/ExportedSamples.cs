using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Access;
using ServerlessGdpr.Functions.Access.Bundle;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Tests.Datastores;

namespace ServerlessGdpr.Tests.Bundle;

/// <summary>Exported records and files in memory, and the bundle's content around them.</summary>
internal sealed class ExportedSamples : IExportedData
{
    public const string RequestId = "6512bd43-d9ca-46e0-a8d1-5b2f7c9e0a11-0a1b2c3d4e5f6071";

    private readonly List<BundleSection> sections = [];
    private readonly Dictionary<string, IEnumerable<ExportedRecord>> records = [];
    private readonly Dictionary<(string, int), Func<Stream>> files = [];

    public List<EarlierErasure> Erasures { get; } = [];

    public BundleContent Content(string type = "access") => new()
    {
        RequestId = RequestId,
        SubjectRequestId = "6512bd43-d9ca-46e0-a8d1-5b2f7c9e0a11",
        Type = type,
        SubmittedAt = new(2026, 11, 20, 9, 30, 0, TimeSpan.FromHours(1)),
        PackagedAt = new(2026, 11, 23, 10, 15, 9, TimeSpan.Zero),
        ExpiresAt = new(2026, 11, 30, 10, 15, 9, TimeSpan.Zero),
        Controller = SampleProcessing.Controller,
        Sections = sections,
        Erasures = Erasures,
    };

    public ExportedSamples Add(string datastore, IEnumerable<ExportedRecord> found, ExportRules? rules = null, Processing? processing = null) =>
        Add(Entry(datastore, rules, processing), found);

    public ExportedSamples Add(DatastoreEntry entry, IEnumerable<ExportedRecord> found)
    {
        var datastore = entry.Name;
        List<ExportedRecord> all = [.. found];
        records[datastore] = all;
        var task = new ExportTask
        {
            RequestId = RequestId,
            Datastore = datastore,
            Kind = "dynamodb",
            State = TaskStates.Final,
            Outcome = all.Count > 0 ? Outcomes.Exported : Outcomes.NotFound,
            Found = all.Count,
            Parts = 1,
            Files = all.Count(record => record.File is not null),
            Redacted = all.Sum(record => record.Redacted.Count),
        };
        sections.Add(new BundleSection(entry, task));
        return this;
    }

    /// <summary>Of the datastore that was added last.</summary>
    public ExportedSamples Change(Func<ExportTask, ExportTask> change)
    {
        sections[^1] = sections[^1] with { Task = change(sections[^1].Task) };
        return this;
    }

    /// <summary>Records that are made up each time they are read.</summary>
    public ExportedSamples AddMany(string datastore, int count, Func<int, ExportedRecord> record)
    {
        Add(datastore, [record(0)]);
        records[datastore] = Enumerable.Range(0, count).Select(record);
        sections[^1] = sections[^1] with { Task = sections[^1].Task with { Found = count } };
        return this;
    }

    /// <summary>A datastore that the bundle lacks.</summary>
    public ExportedSamples AddMissing(string datastore, string outcome, string? reason = null, params string[] needs)
    {
        var task = new ExportTask { RequestId = RequestId, Datastore = datastore, Kind = "dynamodb", State = TaskStates.Final, Outcome = outcome, Reason = reason, Needs = needs };
        sections.Add(new BundleSection(Entry(datastore, null, null), task));
        return this;
    }

    public ExportedSamples AddFiles(string datastore, params (string Name, Func<Stream> Content, long Size)[] contents) =>
        AddFiles(Entry(datastore, new ExportRules { Provided = [ExportRules.Everything] }, null), contents);

    public ExportedSamples AddFiles(DatastoreEntry entry, params (string Name, Func<Stream> Content, long Size)[] contents)
    {
        var datastore = entry.Name;
        foreach (var (index, file) in contents.Index()) files[(datastore, index + 1)] = file.Content;
        return Add(
            entry,
            contents.Select((file, index) => new ExportedRecord
            {
                Data = new JsonObject { ["key"] = $"customers/C-1042/{file.Name}", ["size"] = file.Size, ["lastModified"] = "2026-11-02T16:20:00Z", ["isLatest"] = true },
                File = new ExportedFile(index + 1, file.Name, null, file.Size),
            }));
    }

    public static ExportedRecord Record(string json, params string[] redacted) => new() { Data = JsonNode.Parse(json)!.AsObject(), Redacted = redacted };

    public static (string, Func<Stream>, long) Text(string name, string text) => (name, () => new MemoryStream(Encoding.UTF8.GetBytes(text)), Encoding.UTF8.GetByteCount(text));

    public async IAsyncEnumerable<ExportedRecord> RecordsAsync(ExportTask task, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var record in records[task.Datastore])
        {
            await Task.Yield();
            yield return record with { Data = record.Data.DeepClone().AsObject() };
        }
    }

    public Task<Stream> OpenFileAsync(ExportTask task, ExportedFile file, CancellationToken cancellation) => Task.FromResult(files[(task.Datastore, file.Number)]());

    private static DatastoreEntry Entry(string name, ExportRules? rules, Processing? processing) => new()
    {
        Name = name,
        Kind = "dynamodb",
        Location = $"arn:aws:dynamodb:eu-west-1:000000000000:table/{name}",
        Keys = [],
        Action = new ErasureAction { Kind = ErasureAction.Delete },
        Processing = processing ?? SampleProcessing.Processing with { Title = $"Your {name}" },
        Export = rules ?? new(),
        BackupRetentionDays = 35,
    };
}
