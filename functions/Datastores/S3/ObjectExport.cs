using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.S3.Model;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores.S3;

/// <summary>Reads every version of a person's objects, with its content. Delete markers and incomplete uploads hold nothing that could be handed to anyone.</summary>
internal sealed class ObjectExport(Bucket bucket, IExportSink sink)
{
    /// <summary>Files that are copied at once. A page is as long, so that no file is copied twice when time runs out.</summary>
    public const int FilesAtOnce = 8;

    public async Task<FoundPage> PageAsync(ObjectKeys keys, string? page, CancellationToken deadline)
    {
        var from = page is null ? null : JsonSerializer.Deserialize(page, FunctionsJson.Default.BucketPosition);
        var found = await bucket.ListAsync(keys, from?.Key, from?.Id, deadline, FilesAtOnce);
        var records = await Task.WhenAll(found.Entries.Where(entry => !entry.IsMarker).Select(entry => ReadAsync(entry, deadline)));
        var next = found.IsLast ? null : JsonSerializer.Serialize(new BucketPosition(Uploads: false, found.NextKey, found.NextVersion), FunctionsJson.Default.BucketPosition);
        return new FoundPage([.. records.OfType<FoundRecord>()], next);
    }

    /// <returns>Null when the version is gone by now.</returns>
    private Task<FoundRecord?> ReadAsync(Entry entry, CancellationToken deadline) => bucket.ReadAsync(
        entry,
        async version =>
        {
            var file = await sink.WriteFileAsync(NameOf(entry.Key), version.Headers.ContentType, version.ResponseStream, deadline);
            return new FoundRecord(Describe(entry, version, file.Size), file);
        },
        deadline);

    private static JsonObject Describe(Entry entry, GetObjectResponse version, long size)
    {
        var data = new JsonObject
        {
            ["key"] = entry.Key,
            ["size"] = size,
            ["lastModified"] = entry.LastModified?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["contentType"] = version.Headers.ContentType,
            ["isLatest"] = entry.IsLatest,
        };
        if (entry.Version != "null") data["version"] = entry.Version;
        if (version.Metadata.Count > 0)
            data["metadata"] = new JsonObject(version.Metadata.Keys.Select(name => KeyValuePair.Create(name["x-amz-meta-".Length..], (JsonNode?)version.Metadata[name])));
        return data;
    }

    private static string NameOf(string key) => key.TrimEnd('/').Split('/')[^1] is { Length: > 0 } name ? name : "file";
}
