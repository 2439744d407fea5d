using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Lambda.EventSources;

namespace ServerlessGdpr.Local.Lambda;

/// <summary>Functions and mappings as the Lambda API shows them.</summary>
internal static class Descriptions
{
    public static JsonObject Function(FunctionDefinition function)
    {
        var description = new JsonObject
        {
            ["Configuration"] = Configuration(function),
            ["Code"] = new JsonObject { ["RepositoryType"] = "FILE", ["Location"] = new Uri(function.CodeDirectory).AbsoluteUri },
            ["Tags"] = Map(function.Tags),
        };
        if (function.ReservedConcurrency is { } reserved) description["Concurrency"] = new JsonObject { ["ReservedConcurrentExecutions"] = reserved };
        return description;
    }

    public static JsonObject Configuration(FunctionDefinition function) => new()
    {
        ["FunctionName"] = function.Name,
        ["FunctionArn"] = function.Arn,
        ["Runtime"] = function.Runtime,
        ["Role"] = function.Role,
        ["Handler"] = function.Handler,
        ["Description"] = function.Description,
        ["Timeout"] = (int)function.Timeout.TotalSeconds,
        ["MemorySize"] = function.MemorySize,
        ["LastModified"] = function.LastModified.ToString("yyyy-MM-ddTHH:mm:ss.fff+0000", CultureInfo.InvariantCulture),
        ["Version"] = "$LATEST",
        ["Environment"] = new JsonObject { ["Variables"] = Map(function.Variables) },
        ["KMSKeyArn"] = function.KmsKeyArn,
        ["DeadLetterConfig"] = function.DeadLetterTarget is { } target ? new JsonObject { ["TargetArn"] = target } : null,
        ["TracingConfig"] = new JsonObject { ["Mode"] = function.TracingMode },
        ["State"] = "Active",
        ["LastUpdateStatus"] = "Successful",
        ["PackageType"] = "Zip",
        ["Architectures"] = new JsonArray(function.Architecture),
        ["LoggingConfig"] = new JsonObject { ["LogFormat"] = "Text", ["LogGroup"] = function.LogGroupName },
    };

    public static JsonObject Mapping(EventSourceMapping mapping)
    {
        var description = new JsonObject
        {
            ["UUID"] = mapping.Id,
            ["EventSourceMappingArn"] = mapping.Arn,
            ["EventSourceArn"] = mapping.QueueArn,
            ["FunctionArn"] = mapping.Function.Arn,
            ["BatchSize"] = mapping.BatchSize,
            ["MaximumBatchingWindowInSeconds"] = (int)mapping.BatchingWindow.TotalSeconds,
            ["State"] = mapping.Enabled ? "Enabled" : "Disabled",
            ["StateTransitionReason"] = "USER_INITIATED",
            ["LastModified"] = mapping.LastModified.ToUnixTimeSeconds(),
            ["FunctionResponseTypes"] = mapping.ReportsBatchItemFailures ? new JsonArray("ReportBatchItemFailures") : new JsonArray(),
        };
        if (mapping.MaximumConcurrency is { } maximum) description["ScalingConfig"] = new JsonObject { ["MaximumConcurrency"] = maximum };
        return description;
    }

    private static JsonObject Map(IReadOnlyDictionary<string, string> values) =>
        new(values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
