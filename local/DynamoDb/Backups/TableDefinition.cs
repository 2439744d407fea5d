using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.DynamoDb.Backups;

/// <summary>What a table is made of: enough to make one like it. Tags, streams, expiry, policies and deletion protection are not restored.</summary>
/// <param name="Description">As DescribeTable gave it.</param>
internal sealed record TableDefinition(JsonObject Description)
{
    private static readonly string[] IndexKinds = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];

    public string BillingMode => Description["BillingModeSummary"]?[nameof(BillingMode)]?.GetValue<string>() ?? "PROVISIONED";

    /// <summary>The CreateTable of a table like it.</summary>
    public JsonObject ToCreateTable(string name, RestoreOverrides overrides)
    {
        var billing = overrides.BillingMode ?? BillingMode;
        var isProvisioned = billing is "PROVISIONED";
        var request = new JsonObject { ["TableName"] = name, ["KeySchema"] = Description["KeySchema"]!.DeepClone(), [nameof(BillingMode)] = billing };
        if (isProvisioned) request["ProvisionedThroughput"] = overrides.Throughput?.DeepClone() ?? Throughput(Description);
        var globals = overrides.GlobalIndexes ?? Indexes("GlobalSecondaryIndexes", isProvisioned);
        var locals = overrides.LocalIndexes ?? Indexes("LocalSecondaryIndexes", false);
        if (globals.Count > 0) request["GlobalSecondaryIndexes"] = globals.DeepClone();
        if (locals.Count > 0) request["LocalSecondaryIndexes"] = locals.DeepClone();
        request["AttributeDefinitions"] = Attributes(request);
        return request;
    }

    public JsonArray Indexes(string kind, bool withThroughput) => new([.. (Description[kind]?.AsArray() ?? []).Select(index =>
    {
        var copy = new JsonObject
        {
            ["IndexName"] = index!["IndexName"]!.DeepClone(),
            ["KeySchema"] = index["KeySchema"]!.DeepClone(),
            ["Projection"] = index["Projection"]!.DeepClone(),
        };
        if (withThroughput) copy["ProvisionedThroughput"] = Throughput(index);
        return copy;
    })]);

    public static JsonObject Throughput(JsonNode description) => new()
    {
        ["ReadCapacityUnits"] = Units(description, "ReadCapacityUnits"),
        ["WriteCapacityUnits"] = Units(description, "WriteCapacityUnits"),
    };

    /// <summary>A table that was on demand has no units to go by.</summary>
    private static long Units(JsonNode description, string name) => Math.Max(1, description["ProvisionedThroughput"]?[name]?.GetValue<long>() ?? 1);

    /// <summary>Only the attributes that are a key of something may be declared.</summary>
    private JsonArray Attributes(JsonObject request)
    {
        var used = new[] { request }.Concat(IndexesOf(request))
            .SelectMany(owner => owner["KeySchema"]!.AsArray().Select(key => key!["AttributeName"]!.GetValue<string>()))
            .ToHashSet(StringComparer.Ordinal);
        return new([.. Description["AttributeDefinitions"]!.AsArray().Where(attribute => used.Contains(attribute!["AttributeName"]!.GetValue<string>())).Select(attribute => attribute!.DeepClone())]);
    }

    private static IEnumerable<JsonObject> IndexesOf(JsonObject request) =>
        IndexKinds.SelectMany(kind => request[kind]?.AsArray() ?? []).Select(index => index!.AsObject());
}

/// <summary>What the caller of a restore wants otherwise; null keeps what the backup has.</summary>
internal sealed record RestoreOverrides(string? BillingMode, JsonArray? GlobalIndexes, JsonArray? LocalIndexes, JsonObject? Throughput)
{
    public static RestoreOverrides None { get; } = new(null, null, null, null);

    public static RestoreOverrides Read(Hosting.PropertyReader request)
    {
        // Nothing here encrypts at rest or limits throughput.
        request.WithoutLocalEffect("SSESpecificationOverride", "OnDemandThroughputOverride");
        return new RestoreOverrides(
            request.GetString("BillingModeOverride"),
            request.GetNode("GlobalSecondaryIndexOverride") as JsonArray,
            request.GetNode("LocalSecondaryIndexOverride") as JsonArray,
            request.GetNode("ProvisionedThroughputOverride") as JsonObject);
    }
}
