using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using static ServerlessGdpr.Local.S3.Xml.S3Xml;

namespace ServerlessGdpr.Local.S3.Objects;

/// <summary>CopyObject.</summary>
internal sealed class CopyObject(BucketStore buckets, BodyReceiver bodies, TimeProvider time)
{
    public async Task HandleAsync(S3Request request)
    {
        var target = buckets.Of(request);
        var source = CopySource.Of(request, buckets);
        var (version, stream) = source.Open(request);
        await using var body = stream;
        var content = version.Content!;
        var draft = NewObject.Of(request, target, time.GetUtcNow());
        if (!Replaces(request, "x-amz-metadata-directive")) draft = draft with { Headers = content.Headers };
        if (!Replaces(request, "x-amz-tagging-directive")) draft = draft with { Tags = version.Tags };
        RequireChange(request, source, target);

        var algorithm = request.Header("x-amz-checksum-algorithm") is { } named ? Checksum.Named(named) : content.Checksum.Algorithm;
        var copy = await bodies.CopyAsync(body, new ByteRange(0, content.Body.Size), algorithm, request.Cancellation);
        ObjectVersion? added = null;
        try
        {
            lock (target.Gate)
            {
                Preconditions.RequireWrite(request, target.Current(request.Key));
                added = draft.AddTo(target, copy.Stored, copy.Md5, copy.Checksum, [], time.GetUtcNow());
            }
        }
        finally
        {
            if (added is null) copy.Stored.Delete();
        }

        ObjectHeaders.WriteVersion(request, target, added);
        added.Content!.Encryption.WriteTo(request);
        await request.AnswerAsync(Element(
            "CopyObjectResult",
            Element("LastModified", Instant(added.LastModified)),
            Element("ETag", ObjectHeaders.Quoted(copy.Md5)),
            Element(copy.Checksum.Element, copy.Checksum.Value),
            Element("ChecksumType", copy.Checksum.Type)));
    }

    private static bool Replaces(S3Request request, string directive) => request.Header(directive) switch
    {
        null or "COPY" => false,
        "REPLACE" => true,
        _ => throw S3Error.InvalidArgument($"Unknown {directive}."),
    };

    /// <summary>S3 refuses to copy an object onto itself for nothing.</summary>
    private static void RequireChange(S3Request request, CopySource source, Bucket target)
    {
        var isItself = source.Bucket == target && source.VersionId is null && source.Key.Equals(request.Key, StringComparison.Ordinal);
        string[] changes = ["x-amz-storage-class", "x-amz-server-side-encryption", "x-amz-website-redirect-location", "x-amz-checksum-algorithm"];
        if (isItself && !Replaces(request, "x-amz-metadata-directive") && !changes.Any(header => request.Header(header) is not null))
        {
            throw S3Error.InvalidRequest(
                "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.");
        }
    }
}
