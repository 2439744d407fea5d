using System.Xml.Linq;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Objects;
using static ServerlessGdpr.Local.S3.Xml.S3Xml;

namespace ServerlessGdpr.Local.S3.Listings;

/// <summary>ListObjectVersions: every version and delete marker, by key, the newest first.</summary>
internal sealed class ListVersions(BucketStore buckets)
{
    public Task HandleAsync(S3Request request)
    {
        var query = ListingQuery.Of(request);
        var keyMarker = request.Query("key-marker") is { Length: > 0 } key ? key : null;
        var versionMarker = request.Query("version-id-marker") is { Length: > 0 } version ? GetObject.RequireVersionId(version) : null;
        if (versionMarker is not null && keyMarker is null) throw S3Error.InvalidArgument("A version-id marker cannot be specified without a key marker.");
        var page = Read(buckets.Of(request), query, keyMarker ?? "", versionMarker);
        return request.AnswerAsync(Element(
            "ListVersionsResult",
            Element("Name", request.Bucket),
            Element("Prefix", query.Shown(query.Prefix)),
            Element("KeyMarker", query.Shown(keyMarker ?? "")),
            Element("VersionIdMarker", versionMarker ?? ""),
            Optional("NextKeyMarker", page.IsTruncated ? query.Shown(page.LastKey) : null),
            Optional("NextVersionIdMarker", page.IsTruncated ? page.LastVersion : null),
            Element("MaxKeys", query.Max),
            Optional("Delimiter", query.Delimiter is { } delimiter ? query.Shown(delimiter) : null),
            Element("IsTruncated", page.IsTruncated),
            Optional("EncodingType", query.EncodingType),
            page.Elements));
    }

    private static Page Read(Bucket bucket, ListingQuery query, string keyMarker, string? versionMarker)
    {
        var page = new Page(keyMarker);
        if (query.Max == 0) return page;
        lock (bucket.Gate)
        {
            foreach (var key in query.Keys(bucket, keyMarker))
            {
                if (query.CommonPrefix(key) is { } prefix)
                {
                    if (KeyOrder.Instance.Compare(prefix, page.LastKey) <= 0) continue;
                    if (!page.Add(query.Max, prefix, null, () => query.CommonPrefixElement(prefix))) return page;
                    continue;
                }

                var isMarked = key.Equals(keyMarker, StringComparison.Ordinal);
                if (isMarked && versionMarker is null) continue;
                var history = bucket.History(key);
                for (var i = (isMarked ? After(history, versionMarker!) : history.Count) - 1; i >= 0; i--)
                {
                    var (version, isLatest) = (history[i], i == history.Count - 1);
                    if (!page.Add(query.Max, key, version.VersionId, () => Entry(query, version, isLatest))) return page;
                }
            }
        }

        return page;
    }

    /// <summary>
    /// How many versions in <paramref name="history"/>, oldest first, come after the marked one in the listing. The marked one may be gone by now, as
    /// when each page is deleted before the next is asked for; of a null version that is gone nobody knows the place, so the key begins anew.
    /// </summary>
    private static int After(IReadOnlyList<ObjectVersion> history, string marked)
    {
        for (var i = 0; i < history.Count; i++)
        {
            if (history[i].VersionId.Equals(marked, StringComparison.Ordinal)) return i;
        }

        var number = VersionIds.NumberOf(marked);
        return number is null ? history.Count : history.TakeWhile(version => !(VersionIds.NumberOf(version.VersionId) > number)).Count();
    }

    private static XElement Entry(ListingQuery query, ObjectVersion version, bool isLatest)
    {
        var content = version.Content;
        return Element(
            content is null ? "DeleteMarker" : "Version",
            Element("Key", query.Shown(version.Key)),
            Element("VersionId", version.VersionId),
            Element("IsLatest", isLatest),
            Element("LastModified", Instant(version.LastModified)),
            content is null ? null : Element("ETag", ObjectHeaders.Quoted(content.ETag)),
            content is null ? null : Element("ChecksumAlgorithm", content.Checksum.Algorithm),
            content is null ? null : Element("ChecksumType", content.Checksum.Type),
            content is null ? null : Element("Size", content.Body.Size),
            BucketOperations.Owner(),
            content is null ? null : Element("StorageClass", content.StorageClass));
    }

    private sealed class Page(string keyMarker)
    {
        public List<XElement> Elements { get; } = [];

        public string LastKey { get; private set; } = keyMarker;

        public string? LastVersion { get; private set; }

        public bool IsTruncated { get; private set; }

        /// <returns>False when the page is full already; there is then another.</returns>
        public bool Add(int max, string key, string? versionId, Func<XElement> element)
        {
            IsTruncated = Elements.Count == max;
            if (IsTruncated) return false;
            Elements.Add(element());
            (LastKey, LastVersion) = (key, versionId);
            return true;
        }
    }
}
