using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Access;

/// <summary>One line of a part: a record as its datastore had it. It holds personal data: it lies in the export bucket only.</summary>
public sealed record ExportedRecord
{
    public required JsonObject Data { get; init; }

    public ExportedFile? File { get; init; }

    /// <summary>The paths of fields about other people that were left out of <see cref="Data"/> (Art. 15(4)).</summary>
    public IReadOnlyList<string> Redacted { get; set; } = [];
}
