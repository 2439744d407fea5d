using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>What a conditional write to a request came to.</summary>
/// <param name="Changed">Whether the condition held.</param>
/// <param name="Request">The request as it is now; null when there is none.</param>
internal sealed record RequestChange(bool Changed, RequestRecord? Request)
{
    public static async Task<RequestChange> ApplyAsync(
        IAmazonDynamoDB dynamo,
        string table,
        string requestId,
        string update,
        string condition,
        Dictionary<string, AttributeValue> values,
        CancellationToken cancellation)
    {
        var write = new UpdateItemRequest
        {
            TableName = table,
            Key = RequestItems.RequestKey(requestId),
            UpdateExpression = update,
            ConditionExpression = condition,
            ExpressionAttributeValues = values.Count > 0 ? values : null,
            ReturnValues = ReturnValue.ALL_NEW,
            ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
        };

        // DynamoDB reserves the word, and refuses a name that no expression uses.
        if ((update + condition).Contains("#status", StringComparison.Ordinal)) write.ExpressionAttributeNames = new() { ["#status"] = "status" };
        try
        {
            return new(true, RequestItems.Read((await dynamo.UpdateItemAsync(write, cancellation)).Attributes));
        }
        catch (ConditionalCheckFailedException refusal)
        {
            return new(false, refusal.Item is { Count: > 0 } item ? RequestItems.Read(item) : null);
        }
    }
}
