using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Bench;

/// <summary>
/// Answers for DynamoDB: the ledger's index with any number of entries, one in a hundred open, made as they are asked for; and one restore, kept as it is put.
/// Its pages end as DynamoDB's do, at 1 MB or at the limit, and what they consume follows DynamoDB's rule: 4 KB a unit, half for an eventually consistent read.
/// </summary>
internal sealed class LedgerStandIn(int entries, DateTimeOffset now)
{
    private const int PageBytes = 1 << 20, UnitBytes = 4096, OneOpenIn = 100;
    private JsonNode? restore;

    public int Queries { get; private set; }

    public double ReadUnits { get; private set; }

    public HttpResponseMessage Answer(HttpRequestMessage request, byte[] body)
    {
        var asked = JsonNode.Parse(body)!;
        switch (request.Headers.GetValues("X-Amz-Target").Single())
        {
            case "DynamoDB_20120810.PutItem":
                restore = asked["Item"]!.DeepClone();
                return HttpStandIn.Json("{}");
            case "DynamoDB_20120810.GetItem":
                return HttpStandIn.Json(restore is null ? "{}" : new JsonObject { ["Item"] = restore.DeepClone() }.ToJsonString());
            case "DynamoDB_20120810.Query" when (string?)asked["IndexName"] == LedgerIndex.Name:
                return HttpStandIn.Json(Page(asked));
            case "DynamoDB_20120810.Query":
                return HttpStandIn.Json("""{"Items":[],"Count":0}""");
            case var other:
                throw new NotSupportedException(other);
        }
    }

    private byte[] Page(JsonNode asked)
    {
        var partition = (string)asked["ExpressionAttributeValues"]![":state"]!["S"]!;
        var state = partition[(partition.IndexOf('#', StringComparison.Ordinal) + 1)..];
        var (at, end) = state == LedgerStates.Open ? (0, entries / OneOpenIn) : (entries / OneOpenIn, entries);
        if ((string?)asked["ExclusiveStartKey"]?["pk"]?["S"] is { } last) at = int.Parse(last.Split('#')[1][..8], NumberStyles.HexNumber) + 1;
        var limit = (int)asked["Limit"]!;

        using var stream = new MemoryStream();
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteStartArray("Items");
        var (bytes, count) = (0, 0);
        IReadOnlyList<(string Name, string Type, string Value)> item = [];
        for (; at < end && count < limit && bytes < PageBytes; at++, count++)
        {
            item = Item(at, partition, state);
            bytes += item.Sum(SizeOf);
            Write(json, item);
        }

        json.WriteEndArray();
        json.WriteNumber("Count", count);
        if (at < end)
        {
            json.WritePropertyName("LastEvaluatedKey");
            Write(json, item.Where(attribute => attribute.Name is "pk" or "sk" or "datastoreState" or "at"));
        }

        json.WriteEndObject();
        json.Flush();
        Queries++;
        ReadUnits += Math.Ceiling((double)bytes / UnitBytes) / 2;
        return stream.ToArray();
    }

    /// <summary>What the index holds of an entry; the request's id begins with its number.</summary>
    private List<(string Name, string Type, string Value)> Item(int number, string partition, string state)
    {
        var datastore = partition[..partition.IndexOf('#', StringComparison.Ordinal)];
        var id = $"{number:x8}-5b1e-4c7a-9b3d-2f6a1c5d7e90";
        var at = now.AddDays(-30).AddSeconds(2.5 * number * (1_000_000.0 / entries));
        var text = Items.InstantText(at);
        List<(string, string, string)> item =
        [
            ("pk", "S", $"{datastore}#{id}"), ("sk", "S", "entry"), ("datastoreState", "S", partition), ("at", "S", text), ("datastore", "S", datastore),
            ("requestId", "S", id), ("state", "S", state), ("revision", "N", "1"), ("openedAt", "S", text), ("keptFrom", "S", text), ("lockedUntil", "S", text),
        ];
        if (state == LedgerStates.Verified) item.Add(("expiresAt", "N", $"{at.AddDays(35).ToUnixTimeSeconds()}"));
        return item;
    }

    /// <summary>AWS: names and texts count their bytes, numbers about half a byte a digit and one more.</summary>
    private static int SizeOf((string Name, string Type, string Value) attribute) =>
        attribute.Name.Length + (attribute.Type == "N" ? ((attribute.Value.Length + 1) / 2) + 1 : attribute.Value.Length);

    private static void Write(Utf8JsonWriter json, IEnumerable<(string Name, string Type, string Value)> item)
    {
        json.WriteStartObject();
        foreach (var (name, type, value) in item)
        {
            json.WriteStartObject(name);
            json.WriteString(type, value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
