using System.Xml.Linq;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Listings;
using ServerlessGdpr.Local.S3.Objects;
using static ServerlessGdpr.Local.S3.Xml.S3Xml;

namespace ServerlessGdpr.Local.S3.Multipart;

/// <summary>Beginning, aborting and listing multipart uploads and their parts.</summary>
internal sealed class UploadOperations(BucketStore buckets, UploadStore uploads, TimeProvider time)
{
    public Task CreateMultipartUpload(S3Request request)
    {
        var bucket = buckets.Of(request);
        var algorithm = request.Header("x-amz-checksum-algorithm") is { } named ? Checksum.Named(named) : Checksum.Default;
        var type = request.Header("x-amz-checksum-type") ?? (algorithm is Checksum.Default ? Checksum.FullObject : Checksum.Composite);
        if (type is Checksum.Composite ? algorithm is Checksum.Default : algorithm is "SHA1" or "SHA256" || type is not Checksum.FullObject)
            throw S3Error.InvalidRequest($"The {type} checksum type cannot be used with the {algorithm.ToLowerInvariant()} checksum algorithm.");
        var upload = new Upload(UploadStore.NewId(), bucket, NewObject.Of(request, bucket, time.GetUtcNow()), time.GetUtcNow(), algorithm, type);
        uploads.Add(upload);
        request.AnswerHeaders["x-amz-checksum-algorithm"] = algorithm;
        request.AnswerHeaders["x-amz-checksum-type"] = type;
        upload.Draft.Encryption.WriteTo(request);
        return request.AnswerAsync(Element(
            "InitiateMultipartUploadResult", Element("Bucket", request.Bucket), Element("Key", request.Key), Element("UploadId", upload.Id)));
    }

    public Task AbortMultipartUpload(S3Request request)
    {
        var upload = uploads.Of(request);
        lock (upload.Bucket.Gate)
        {
            uploads.Remove(upload);
            foreach (var part in upload.Parts.Values) part.Body.Delete();
        }

        return request.AnswerAsync(204);
    }

    public Task ListParts(S3Request request)
    {
        var upload = uploads.Of(request);
        var (max, after) = (request.Number("max-parts", 1000, 1000), request.Number("part-number-marker", 0, int.MaxValue));
        List<Part> parts;
        lock (upload.Bucket.Gate) parts = [.. upload.Parts.Values.Where(part => part.Number > after).Take(max + 1)];
        var isTruncated = parts.Count > max;
        return request.AnswerAsync(Element(
            "ListPartsResult",
            Element("Bucket", request.Bucket),
            Element("Key", request.Key),
            Element("UploadId", upload.Id),
            Element("PartNumberMarker", after),
            Optional("NextPartNumberMarker", isTruncated && max > 0 ? parts[max - 1].Number : null),
            Element("MaxParts", max),
            Element("IsTruncated", isTruncated),
            BucketOperations.Owner("Initiator"),
            BucketOperations.Owner(),
            Element("StorageClass", upload.Draft.StorageClass),
            Element("ChecksumAlgorithm", upload.Algorithm),
            Element("ChecksumType", upload.ChecksumType),
            parts.Take(max).Select(part => Element(
                "Part",
                Element("PartNumber", part.Number),
                Element("LastModified", Instant(part.LastModified)),
                Element("ETag", ObjectHeaders.Quoted(part.ETag)),
                Element(part.Checksum.Element, part.Checksum.Value),
                Element("Size", part.Body.Size)))));
    }

    public Task ListMultipartUploads(S3Request request)
    {
        var query = ListingQuery.Of(request, "max-uploads");
        var (keyMarker, idMarker) = (request.Query("key-marker") ?? "", request.Query("upload-id-marker") ?? "");
        if (query.Delimiter is not null) throw S3Error.NotImplemented("ListMultipartUploads with delimiter");
        var all = uploads.In(buckets.Of(request)).Where(upload => upload.Draft.Key.StartsWith(query.Prefix, StringComparison.Ordinal)).ToList();
        var marked = idMarker.Length == 0 ? -1 : all.FindIndex(upload => upload.Id.Equals(idMarker, StringComparison.Ordinal));
        var rest = (marked >= 0 ? all.Skip(marked + 1) : all.Where(upload => KeyOrder.Instance.Compare(upload.Draft.Key, keyMarker) > 0)).ToList();
        var page = rest.Take(query.Max).ToList();
        var isTruncated = rest.Count > page.Count && page.Count > 0;
        return request.AnswerAsync(Element(
            "ListMultipartUploadsResult",
            Element("Bucket", request.Bucket),
            Element("Prefix", query.Shown(query.Prefix)),
            Element("KeyMarker", query.Shown(keyMarker)),
            Element("UploadIdMarker", idMarker),
            Optional("NextKeyMarker", isTruncated ? query.Shown(page[^1].Draft.Key) : null),
            Optional("NextUploadIdMarker", isTruncated ? page[^1].Id : null),
            Element("MaxUploads", query.Max),
            Element("IsTruncated", isTruncated),
            Optional("EncodingType", query.EncodingType),
            page.Select(upload => Shown(query, upload))));
    }

    private static XElement Shown(ListingQuery query, Upload upload) => Element(
        "Upload",
        Element("Key", query.Shown(upload.Draft.Key)),
        Element("UploadId", upload.Id),
        BucketOperations.Owner("Initiator"),
        BucketOperations.Owner(),
        Element("StorageClass", upload.Draft.StorageClass),
        Element("ChecksumAlgorithm", upload.Algorithm),
        Element("ChecksumType", upload.ChecksumType),
        Element("Initiated", Instant(upload.Initiated)));
}
