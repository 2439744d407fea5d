using System.Text.Json.Serialization;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>The file in which a distributed map's result writer lists the files it wrote, by the status of the executions in them.</summary>
public sealed record ResultManifest
{
    public required IReadOnlyDictionary<string, IReadOnlyList<ResultFile>> ResultFiles { get; init; }
}

public sealed record ResultFile(string Key);

/// <param name="Output">JSON text; null where the execution has none.</param>
public sealed record ChildResult(string? Output);

/// <summary>Step Functions writes its members with capitals.</summary>
[JsonSerializable(typeof(ResultManifest))]
[JsonSerializable(typeof(ChildResult))]
public sealed partial class ResultsJson : JsonSerializerContext;
