using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Amazon.S3.Model;
using ServerlessGdpr.Local.Commands;

namespace ServerlessGdpr.Local.Demo;

/// <summary>Reads whole tables and buckets, every version included, as an outsider would who trusts nobody's records.</summary>
internal sealed class StoreReader(CloudClients clients)
{
    private const int AtOnce = 8;

    public async Task<IReadOnlyList<StoredRecord>> ReadTableAsync(string table, CancellationToken cancellation)
    {
        var keys = (await clients.DynamoDb.DescribeTableAsync(table, cancellation)).Table.KeySchema.Select(key => key.AttributeName).ToList();
        List<StoredRecord> records = [];
        var request = new ScanRequest(table) { ConsistentRead = true };
        while (true)
        {
            var page = await clients.DynamoDb.ScanAsync(request, cancellation);
            records.AddRange(page.Items.Select(item => new StoredRecord(table, string.Join('/', keys.Select(key => item[key].S)), ToText(item))));
            if (page.LastEvaluatedKey is not { Count: > 0 } last) return records;
            request.ExclusiveStartKey = last;
        }
    }

    public async Task<IReadOnlyList<StoredRecord>> ReadBucketAsync(string bucket, CancellationToken cancellation)
    {
        List<S3ObjectVersion> versions = [];
        var request = new ListVersionsRequest { BucketName = bucket };
        while (true)
        {
            var page = await clients.S3.ListVersionsAsync(request, cancellation);
            versions.AddRange(page.Versions ?? []);
            if (page.IsTruncated != true) break;
            request.KeyMarker = page.NextKeyMarker;
            request.VersionIdMarker = page.NextVersionIdMarker;
        }

        var records = new StoredRecord[versions.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForAsync(0, versions.Count, options, async (index, token) => records[index] = await ReadAsync(bucket, versions[index], token));
        return records;
    }

    private async Task<StoredRecord> ReadAsync(string bucket, S3ObjectVersion version, CancellationToken cancellation)
    {
        var key = $"{version.Key}@{version.VersionId}";
        if (version.IsDeleteMarker == true) return new StoredRecord(bucket, key, "delete marker");
        using var answer = await clients.S3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = version.Key, VersionId = version.VersionId }, cancellation);
        using var reader = new StreamReader(answer.ResponseStream, Encoding.Latin1);
        return new StoredRecord(bucket, key, await reader.ReadToEndAsync(cancellation));
    }

    private static string ToText(Dictionary<string, AttributeValue> item) => ToJson(item).ToJsonString(Readable);

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonObject ToJson(Dictionary<string, AttributeValue> map) =>
        new(map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, ToJson(pair.Value))));

    private static JsonNode? ToJson(AttributeValue value)
    {
        if (value.S is { } text) return text;
        if (value.N is { } number) return new JsonObject { ["N"] = number };
        if (value.B is { } bytes) return new JsonObject { ["B"] = Convert.ToBase64String(bytes.ToArray()) };
        if (value.BOOL is { } flag) return flag;
        if (value.M is { } map) return ToJson(map);
        if (value.L is { } list) return new JsonArray([.. list.Select(ToJson)]);
        if (value.SS is { } texts) return new JsonObject { ["SS"] = new JsonArray([.. texts.Order(StringComparer.Ordinal)]) };
        if (value.NS is { } numbers) return new JsonObject { ["NS"] = new JsonArray([.. numbers.Order(StringComparer.Ordinal)]) };
        if (value.BS is { } blobs) return new JsonObject { ["BS"] = new JsonArray([.. blobs.Select(blob => Convert.ToBase64String(blob.ToArray()))]) };
        return null;
    }
}

/// <param name="Key">The item's key, or the object's key and version.</param>
/// <param name="Content">All of it, so that equal texts mean equal records.</param>
internal sealed record StoredRecord(string Store, string Key, string Content)
{
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Content)));
}
