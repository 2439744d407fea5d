using System.Text.Json.Nodes;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>How far an export got.</summary>
public sealed record ExportStep
{
    /// <summary>In <see cref="Evidence"/>: lines that may be the person's and could not be read.</summary>
    public const string UnreadableLines = "unreadableLines";

    /// <summary>In <see cref="Evidence"/>: objects that were not searched.</summary>
    public const string OtherObjects = "otherObjects";

    /// <summary>Resume state, which may hold keys; null when the export is finished.</summary>
    public string? Resume { get; init; }

    /// <summary>The identities of no subject map to this datastore's keys.</summary>
    public bool Unreachable { get; init; }

    public IReadOnlyDictionary<string, string> Evidence { get; init; } = new Dictionary<string, string>();
}

/// <summary>Where an export goes. It applies the data map's <see cref="ExportRules.Redact"/>, so that no kind has to.</summary>
public interface IExportSink
{
    /// <param name="data">The record's fields, in the order in which the person should read them.</param>
    /// <param name="file">The record's content, where that is a file (see <see cref="WriteFileAsync"/>).</param>
    Task WriteAsync(JsonObject data, ExportedFile? file, CancellationToken cancellation);

    /// <summary>Streams a file's content; memory stays bounded. May be called for several files at once.</summary>
    /// <param name="name">What the person would call it; no path.</param>
    Task<ExportedFile> WriteFileAsync(string name, string? contentType, Stream content, CancellationToken cancellation);
}

/// <summary>A file in the export bucket.</summary>
/// <param name="Number">Tells a datastore's files in one request apart.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Folder">Its own: what an earlier writer of the same number sent and gave up may still arrive.</param>
public sealed record ExportedFile(int Number, string Name, string? ContentType, long Size, string? Folder = null);

