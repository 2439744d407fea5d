using System.Xml.Linq;
using Microsoft.AspNetCore.WebUtilities;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Xml;
using static ServerlessGdpr.Local.S3.Xml.S3Xml;

namespace ServerlessGdpr.Local.S3.Objects;

/// <summary>The tags of object versions.</summary>
internal sealed class ObjectTags(BucketStore buckets)
{
    private const int Limit = 10;
    private const int LimitOfBuckets = 50;

    public Task GetObjectTagging(S3Request request)
    {
        var version = Find(request);
        return request.AnswerAsync(Element(
            "Tagging", Element("TagSet", version.Tags.Select(tag => Element("Tag", Element("Key", tag.Key), Element("Value", tag.Value))))));
    }

    public async Task PutObjectTagging(S3Request request)
    {
        var tags = OfXml(Parse(await BodyReceiver.ReadDocumentAsync(request), "Tagging"));
        Find(request).Tags = tags;
        await request.AnswerAsync(200);
    }

    public Task DeleteObjectTagging(S3Request request)
    {
        Find(request).Tags = Of([]);
        return request.AnswerAsync(204);
    }

    /// <param name="header">A query string of tags.</param>
    public static IReadOnlyDictionary<string, string> OfHeader(string? header)
    {
        var given = new List<(string Key, string Value)>();
        foreach (var pair in new QueryStringEnumerable(header)) given.Add((pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        return given.DistinctBy(tag => tag.Key, StringComparer.Ordinal).Count() == given.Count
            ? Of(given)
            : throw S3Error.InvalidArgument("The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.");
    }

    /// <summary>Refuses what a bucket cannot be tagged with.</summary>
    public static void CheckOfBucket(XElement tagging)
    {
        if (Read(tagging).Count > LimitOfBuckets) throw new AwsError("BadRequest", $"Bucket tag count cannot be greater than {LimitOfBuckets}");
    }

    private static Dictionary<string, string> OfXml(XElement tagging) => Limited(Read(tagging));

    private static Dictionary<string, string> Of(IEnumerable<(string Key, string Value)> pairs) => Limited(Read(pairs));

    private static Dictionary<string, string> Limited(Dictionary<string, string> tags) =>
        tags.Count <= Limit ? tags : throw new AwsError("BadRequest", "Object tags cannot be greater than 10");

    private static Dictionary<string, string> Read(XElement tagging) =>
        Read((tagging.One("TagSet") ?? throw S3Error.MalformedXml()).All("Tag").Select(tag => (
            tag.Text("Key") ?? throw S3Error.MalformedXml(),
            tag.Text("Value") ?? throw S3Error.MalformedXml())));

    private static Dictionary<string, string> Read(IEnumerable<(string Key, string Value)> pairs)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            if (key.Length is 0 or > 128) throw new AwsError("InvalidTag", "The TagKey you have provided is invalid");
            if (value.Length > 256) throw new AwsError("InvalidTag", "The TagValue you have provided is invalid");
            if (!tags.TryAdd(key, value)) throw new AwsError("InvalidTag", "Cannot provide multiple Tags with the same key");
        }

        return tags;
    }

    private ObjectVersion Find(S3Request request)
    {
        var bucket = buckets.Of(request);
        lock (bucket.Gate)
        {
            var version = GetObject.Find(request, bucket, request.Key, request.VersionId);
            ObjectHeaders.WriteVersion(request, bucket, version);
            return version;
        }
    }
}
