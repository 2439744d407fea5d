using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Integrations;

/// <summary>The optimised integrations that go over HTTP to the cloud's own endpoint.</summary>
internal static class HttpOperations
{
    private const string Conditional = "TableName ConditionExpression ExpressionAttributeNames ExpressionAttributeValues ReturnConsumedCapacity "
        + "ReturnItemCollectionMetrics ReturnValues ReturnValuesOnConditionCheckFailure ConditionalOperator Expected ";

    private static readonly HttpService DynamoDb = new("dynamodb", "dynamodb", "DynamoDB_20120810", "1.0", "DynamoDB", "AmazonDynamoDBv2", "AmazonDynamoDBException");
    private static readonly HttpService Events = new("events", "events", "AWSEvents", "1.1", "EventBridge", "AmazonCloudWatchEvents", "AmazonCloudWatchEventsException");
    private static readonly HttpService Sqs = new("sqs", "sqs", "AmazonSQS", "1.0", "SQS", "AmazonSQS", "AmazonSQSException");
    private static readonly HttpService States = new("states", "states", "AWSStepFunctions", "1.0", "StepFunctions", "AWSStepFunctions", "AWSStepFunctionsException");

    public static IReadOnlyList<HttpOperation> All { get; } =
    [
        new()
        {
            Service = DynamoDb, Action = "getItem", Required = "TableName Key",
            Parameters = "TableName Key AttributesToGet ConsistentRead ExpressionAttributeNames ProjectionExpression ReturnConsumedCapacity",
        },
        new() { Service = DynamoDb, Action = "putItem", Required = "TableName Item", Parameters = Conditional + "Item" },
        new() { Service = DynamoDb, Action = "updateItem", Required = "TableName Key", Parameters = Conditional + "Key UpdateExpression AttributeUpdates" },
        new() { Service = DynamoDb, Action = "deleteItem", Required = "TableName Key", Parameters = Conditional + "Key" },
        new()
        {
            Service = Events, Action = "putEvents", Required = "Entries", Parameters = "Entries", CanWaitForToken = true, HasMetadata = false,
            Body = EventEntries, Result = EventsPut,
        },
        new()
        {
            Service = Sqs, Action = "sendMessage", Required = "QueueUrl MessageBody", CanWaitForToken = true,
            Parameters = "QueueUrl MessageBody DelaySeconds MessageAttributes MessageDeduplicationId MessageGroupId MessageSystemAttributes",
            Body = (parameters, _) => WithText(parameters, "MessageBody"),
        },
        new()
        {
            Service = States, Action = "startExecution", Required = "StateMachineArn", CanWaitForToken = true,
            Parameters = "StateMachineArn Name Input TraceHeader",
            Body = (parameters, _) => Renamed(WithText(parameters, "Input"), char.ToLowerInvariant),
            Result = answer => Renamed(answer, char.ToUpperInvariant),
        },
    ];

    /// <summary>A field that the API wants as text may be given as JSON.</summary>
    private static JObject WithText(JObject parameters, string field)
    {
        if (parameters[field] is { Type: not JTokenType.String } value) parameters[field] = Json.Text(value);
        return parameters;
    }

    /// <summary>Each event says which execution it came from.</summary>
    private static JObject EventEntries(JObject parameters, TaskCall call)
    {
        foreach (var entry in (parameters["Entries"] as JArray ?? []).OfType<JObject>())
        {
            WithText(entry, "Detail");
            if (entry["Resources"] is not JArray resources) entry["Resources"] = resources = [];
            resources.Add(call.StateMachineArn);
            resources.Add(call.ExecutionArn);
        }

        return parameters;
    }

    private static JObject EventsPut(JObject answer) =>
        (int?)answer["FailedEntryCount"] is null or 0 ? answer : throw new StateFailure("EventBridge.FailedEntry", Json.Text(answer));

    private static JObject Renamed(JObject members, Func<char, char> first) =>
        new(members.Properties().Select(member => new JProperty(first(member.Name[0]) + member.Name[1..], member.Value)));
}
