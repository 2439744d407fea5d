using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
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

/// <summary>The lines of parts. What is in them is the datastore's: fields may differ in nothing but case, and be as deep as a reader takes, below the record itself.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 128)]
[JsonSerializable(typeof(ExportedRecord))]
public sealed partial class PartsJson : JsonSerializerContext;
