using System.Text.Json.Nodes;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.DynamoDb;

/// <summary>AWS::DynamoDB::Table.</summary>
internal sealed class DynamoDbResources(TableLife life, DynamoDbLocalClient client, TableRecords tables, ContinuousBackups continuous, CloudOptions options) : IResourceProvider
{
    /// <summary>CloudFormation's properties that CreateTable takes as they are.</summary>
    private static readonly HashSet<string> OfCreateTable = new(StringComparer.Ordinal)
    {
        "KeySchema", "AttributeDefinitions", "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes", "LocalSecondaryIndexes",
        "DeletionProtectionEnabled", "TableClass", "Tags",
    };

    /// <summary>Understood, and without effect on one machine: nothing here encrypts at rest or measures who reads most.</summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "SSESpecification", "ContributorInsightsSpecification",
    };

    public IReadOnlyCollection<string> ResourceTypes { get; } = ["AWS::DynamoDB::Table"];

    public async Task<CreatedResource> CreateAsync(ResourceDefinition resource, CancellationToken cancellation)
    {
        var name = resource.PhysicalName;
        var table = new JsonObject();
        JsonNode? timeToLive = null;
        PropertyReader? recovery = null;
        foreach (var (property, value) in resource.Properties)
        {
            switch (property)
            {
                case "TableName": name = value!.GetValue<string>(); break;
                case "TimeToLiveSpecification": timeToLive = value; break;
                case "PointInTimeRecoverySpecification": recovery = new PropertyReader($"{resource.LogicalId}.{property}", value!.AsObject()); break;
                case "StreamSpecification": table[property] = Stream(resource, value!.AsObject()); break;
                case var _ when OfCreateTable.Contains(property): table[property] = Typed(property, value); break;
                case var _ when WithoutEffect.Contains(property): break;
                default: throw AwsError.NotImplemented("cloudformation", $"{resource.Type}.{property} ({resource.LogicalId})");
            }
        }

        table["TableName"] = name;
        var description = (await life.RunAsync("CreateTable", table, cancellation))["TableDescription"]!;

        // DynamoDB Local removes items by the machine's clock: on a virtual one it would take them long before, or after, their time.
        if (timeToLive is not null && options.VirtualStart is null)
            await client.CallAsync("UpdateTimeToLive", new JsonObject { ["TableName"] = name, ["TimeToLiveSpecification"] = Typed("", timeToLive) }, cancellation);
        if (recovery is not null) await EnableAsync(tables.Get(name), recovery, cancellation);
        return new CreatedResource(name, Attributes(name, description["LatestStreamLabel"]?.GetValue<string>()));
    }

    private static Dictionary<string, string> Attributes(string name, string? streamLabel)
    {
        var arn = $"arn:aws:dynamodb:{CloudOptions.Region}:{CloudOptions.Account}:table/{name}";
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = arn };
        if (streamLabel is not null) attributes["StreamArn"] = $"{arn}/stream/{streamLabel}";
        return attributes;
    }

    private static JsonObject Stream(ResourceDefinition resource, JsonObject specification)
    {
        if (specification.FirstOrDefault(pair => pair.Key is not "StreamViewType").Key is { } extra)
            throw AwsError.NotImplemented("cloudformation", $"{resource.Type}.StreamSpecification.{extra} ({resource.LogicalId})");
        return new JsonObject { ["StreamEnabled"] = true, ["StreamViewType"] = specification["StreamViewType"]!.GetValue<string>() };
    }

    /// <summary>CloudFormation takes "true" and "5" where the API takes true and 5.</summary>
    private static JsonNode? Typed(string name, JsonNode? value) => value switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Typed(field.Key, field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => Typed(name, item))]),
        JsonValue text when name is "Enabled" or "DeletionProtectionEnabled" => bool.Parse(text.ToString()),
        JsonValue text when name is "ReadCapacityUnits" or "WriteCapacityUnits" => long.Parse(text.ToString()),
        _ => value?.DeepClone(),
    };

    private async Task EnableAsync(TableRecord table, PropertyReader recovery, CancellationToken cancellation)
    {
        var (isEnabled, days) = (recovery.GetBoolean("PointInTimeRecoveryEnabled") ?? false, recovery.GetInteger("RecoveryPeriodInDays", 1, 35));
        recovery.RefuseOthers();
        await continuous.SetAsync(table, isEnabled, days, cancellation);
    }
}
