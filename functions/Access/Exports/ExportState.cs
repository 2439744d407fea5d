using System.Security.Cryptography;
using System.Text.Json;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Access.Exports;

/// <summary>Where the export of one request stopped in one datastore. It may hold keys, and so persons: it is kept only encrypted.</summary>
public sealed record ExportState
{
    /// <summary>A hash of the data map's entry: under another one, other records would be the person's and other values left out.</summary>
    public required string Entry { get; init; }

    /// <summary>The kind's position; null for the start, and when the export is finished.</summary>
    public string? Position { get; init; }

    public int Parts { get; init; }

    /// <summary>The highest number of a file that a record names.</summary>
    public int Files { get; init; }

    /// <summary>Lower numbers that no record names: the next files get them.</summary>
    public IReadOnlyList<int> FreeFiles { get; set; } = [];

    public long Found { get; init; }

    public long Redacted { get; init; }

    public static ExportState Start(DatastoreEntry entry) =>
        new() { Entry = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(entry, FunctionsJson.Default.DatastoreEntry))) };

    /// <returns>The start where there is no state, or one of another entry.</returns>
    public static ExportState Read(DatastoreEntry entry, string? json)
    {
        var start = Start(entry);
        var state = json is null ? null : JsonSerializer.Deserialize(json, FunctionsJson.Default.ExportState);
        return state?.Entry == start.Entry ? state : start;
    }

    public string ToJson() => JsonSerializer.Serialize(this, FunctionsJson.Default.ExportState);
}
