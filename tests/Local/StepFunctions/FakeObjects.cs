using System.Text;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Distributed;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>Objects by "bucket/key", in memory.</summary>
internal sealed class FakeObjects : IObjectStore
{
    public SortedDictionary<string, string> Contents { get; } = new(StringComparer.Ordinal);

    /// <summary>The bytes of an object that is too large to keep: given offset and length.</summary>
    public Func<long, int, ObjectSlice>? Generate { get; set; }

    public List<string> Versions { get; } = [];

    public int ListPage { get; set; } = 1000;

    /// <summary>What happens while an object is being written.</summary>
    public Func<Task> Writing { get; set; } = () => Task.CompletedTask;

    public Task<ObjectSlice> ReadAsync(ObjectPlace place, long offset, int length, string? etag, CancellationToken cancellation)
    {
        if (place.VersionId is not null) Versions.Add(place.VersionId);
        if (Generate is not null) return Task.FromResult(Generate(offset, length));
        var bytes = Encoding.UTF8.GetBytes(Find(place));
        return Task.FromResult(new ObjectSlice(bytes.AsMemory((int)offset, Math.Min(length, bytes.Length - (int)offset)), bytes.Length, "1"));
    }

    public Task<ObjectPage> ListAsync(string bucket, string? prefix, string? continuation, CancellationToken cancellation)
    {
        var all = Contents.Keys.Where(path => path.StartsWith($"{bucket}/{prefix}", StringComparison.Ordinal) && string.CompareOrdinal(path, continuation) > 0).ToArray();
        var page = all.Take(ListPage).Select(path => new ListedObject(path[(bucket.Length + 1)..], "\"1\"", Contents[path].Length, StateMachineHarness.Start, "STANDARD"));
        return Task.FromResult(new ObjectPage([.. page], all.Length > ListPage ? all[ListPage - 1] : null));
    }

    public async Task WriteAsync(string bucket, string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        if (bucket == "absent") throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
        await Writing();
        Contents[$"{bucket}/{key}"] = Encoding.UTF8.GetString(content.Span);
    }

    private string Find(ObjectPlace place) =>
        Contents.GetValueOrDefault($"{place.Bucket}/{place.Key}") ?? throw new AwsError("NoSuchKey", "The specified key does not exist.", 404);
}
