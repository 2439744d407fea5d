using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>Batches answer entry by entry: what failed is said, the rest is done.</summary>
internal static class SqsBatches
{
    private const int MaximumTotalSize = 1_048_576;

    public static JsonObject Run(PropertyReader request, SqsOperations operations, Func<MessageQueue, PropertyReader, JsonObject> one, bool checkTotalSize = false)
    {
        var queue = operations.Queue(request);
        var entries = Entries(request).ConvertAll(entry => (Id: entry.GetRequiredString("Id"), Entry: entry));
        request.RefuseOthers();
        Check(entries.ConvertAll(entry => entry.Id));
        if (checkTotalSize && entries.Sum(entry => Size(entry.Entry)) > MaximumTotalSize)
            throw new AwsError("BatchRequestTooLong", $"Batch requests cannot be longer than {MaximumTotalSize} bytes.");

        JsonArray successful = [];
        JsonArray failed = [];
        foreach (var (id, entry) in entries)
        {
            try
            {
                var answer = one(queue, entry);
                answer["Id"] = id;
                successful.Add(answer);
            }
            catch (AwsError error)
            {
                failed.Add(new JsonObject { ["Id"] = id, ["SenderFault"] = true, ["Code"] = error.Code, ["Message"] = error.Message });
            }
        }

        return new JsonObject { ["Successful"] = successful, ["Failed"] = failed };
    }

    /// <summary>What does not fit counts for nothing here: it is refused by itself.</summary>
    private static int Size(PropertyReader entry)
    {
        try
        {
            return MessageRules.Size(entry.GetRequiredString("MessageBody"), MessageAttributes.Read(entry));
        }
        catch (AwsError)
        {
            return 0;
        }
    }

    /// <summary>Readers of their own: an entry that does not fit fails alone.</summary>
    private static List<PropertyReader> Entries(PropertyReader request) => request.GetNode("Entries") is JsonArray entries
        ? entries.Select(entry => entry is JsonObject members ? new PropertyReader("Entries", members, "InvalidParameterValue") : throw request.Invalid("Entries", "a list of objects")).ToList()
        : throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");

    private static void Check(List<string> ids)
    {
        if (ids.Count == 0) throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
        if (ids.Count > 10) throw new AwsError("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.");
        if (ids.Distinct(StringComparer.Ordinal).Count() < ids.Count) throw new AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.");
        if (ids.Exists(id => id.Length is 0 or > 80 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
            throw new AwsError("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores.");
    }
}
