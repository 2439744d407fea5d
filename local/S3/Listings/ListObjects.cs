using System.Text;
using System.Xml.Linq;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Objects;
using static ServerlessGdpr.Local.S3.Xml.S3Xml;

namespace ServerlessGdpr.Local.S3.Listings;

/// <summary>ListObjects and ListObjectsV2: the current versions.</summary>
internal sealed class ListObjects(BucketStore buckets)
{
    public Task Version1(S3Request request)
    {
        var query = ListingQuery.Of(request);
        var marker = request.Query("marker") ?? "";
        var page = Read(request, query, marker, withOwner: true);
        return request.AnswerAsync(Element(
            "ListBucketResult",
            Element("Name", request.Bucket),
            Element("Prefix", query.Shown(query.Prefix)),
            Element("Marker", query.Shown(marker)),
            Optional("NextMarker", page.IsTruncated && query.Delimiter is not null ? query.Shown(page.Last) : null),
            Element("MaxKeys", query.Max),
            Optional("Delimiter", query.Delimiter is { } delimiter ? query.Shown(delimiter) : null),
            Element("IsTruncated", page.IsTruncated),
            Optional("EncodingType", query.EncodingType),
            page.Elements));
    }

    public Task Version2(S3Request request)
    {
        if (request.Query("list-type") is not "2") throw S3Error.InvalidArgument("Invalid List Type specified in Request");
        var query = ListingQuery.Of(request);
        var (token, startAfter) = (request.Query("continuation-token"), request.Query("start-after"));
        var page = Read(request, query, token is null ? startAfter ?? "" : Opened(token), request.Query("fetch-owner") is "true");
        return request.AnswerAsync(Element(
            "ListBucketResult",
            Element("Name", request.Bucket),
            Element("Prefix", query.Shown(query.Prefix)),
            Element("MaxKeys", query.Max),
            Element("KeyCount", page.Elements.Count),
            Optional("Delimiter", query.Delimiter is { } delimiter ? query.Shown(delimiter) : null),
            Element("IsTruncated", page.IsTruncated),
            Optional("EncodingType", query.EncodingType),
            Optional("ContinuationToken", token),
            Optional("NextContinuationToken", page.IsTruncated ? Token(page.Last) : null),
            Optional("StartAfter", startAfter is null ? null : query.Shown(startAfter)),
            page.Elements));
    }

    private static string Token(string last) => Convert.ToBase64String(Encoding.UTF8.GetBytes(last));

    private static string Opened(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var count) && count > 0
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : throw S3Error.InvalidArgument("The continuation token provided is incorrect");
    }

    private static XElement Contents(ListingQuery query, ObjectVersion version, bool withOwner) => Element(
        "Contents",
        Element("Key", query.Shown(version.Key)),
        Element("LastModified", Instant(version.LastModified)),
        Element("ETag", ObjectHeaders.Quoted(version.Content!.ETag)),
        Element("ChecksumAlgorithm", version.Content.Checksum.Algorithm),
        Element("ChecksumType", version.Content.Checksum.Type),
        Element("Size", version.Content.Body.Size),
        withOwner ? BucketOperations.Owner() : null,
        Element("StorageClass", version.Content.StorageClass));

    /// <param name="after">A key or a common prefix; what begins after it is listed.</param>
    private Page Read(S3Request request, ListingQuery query, string after, bool withOwner)
    {
        var bucket = buckets.Of(request);
        var elements = new List<XElement>();
        var last = after;
        if (query.Max == 0) return new Page(elements, last, IsTruncated: false);
        lock (bucket.Gate)
        {
            foreach (var key in query.Keys(bucket, after))
            {
                var version = bucket.Current(key)!;
                var prefix = query.CommonPrefix(key);
                var entry = prefix ?? key;
                if (version.IsDeleteMarker || KeyOrder.Instance.Compare(entry, last) <= 0) continue;
                if (elements.Count == query.Max) return new Page(elements, last, IsTruncated: true);
                elements.Add(prefix is null ? Contents(query, version, withOwner) : query.CommonPrefixElement(prefix));
                last = entry;
            }
        }

        return new Page(elements, last, IsTruncated: false);
    }

    private sealed record Page(List<XElement> Elements, string Last, bool IsTruncated);
}
