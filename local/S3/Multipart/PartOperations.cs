using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Objects;
using static ServerlessGdpr.Local.S3.Xml.S3Xml;

namespace ServerlessGdpr.Local.S3.Multipart;

/// <summary>UploadPart and UploadPartCopy.</summary>
internal sealed class PartOperations(BucketStore buckets, UploadStore uploads, BodyReceiver bodies, TimeProvider time)
{
    private const int PartLimit = 10_000;

    public async Task UploadPart(S3Request request)
    {
        var upload = uploads.Of(request);
        var number = Number(request);
        var part = Add(upload, number, await bodies.ReceiveAsync(request, upload.Algorithm));
        request.AnswerHeaders.ETag = ObjectHeaders.Quoted(part.ETag);
        request.AnswerHeaders[part.Checksum.Header] = part.Checksum.Value;
        upload.Draft.Encryption.WriteTo(request);
        await request.AnswerAsync(200);
    }

    public async Task UploadPartCopy(S3Request request)
    {
        var upload = uploads.Of(request);
        var number = Number(request);
        var (version, stream) = CopySource.Of(request, buckets).Open(request);
        await using var body = stream;
        var range = CopySource.Range(request, version.Content!.Body.Size);
        var part = Add(upload, number, await bodies.CopyAsync(body, range, upload.Algorithm, request.Cancellation));
        upload.Draft.Encryption.WriteTo(request);
        await request.AnswerAsync(Element(
            "CopyPartResult",
            Element("LastModified", Instant(part.LastModified)),
            Element("ETag", ObjectHeaders.Quoted(part.ETag)),
            Element(part.Checksum.Element, part.Checksum.Value)));
    }

    private static int Number(S3Request request)
    {
        var number = request.Number("partNumber", 0, int.MaxValue);
        return number is >= 1 and <= PartLimit ? number : throw S3Error.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");
    }

    private Part Add(Upload upload, int number, ReceivedBody received)
    {
        var part = new Part(number, received.Stored, received.Md5, received.Checksum, time.GetUtcNow());
        lock (upload.Bucket.Gate)
        {
            if (uploads.IsOpen(upload))
            {
                upload.Put(part);
                return part;
            }
        }

        received.Stored.Delete();
        throw S3Error.NoSuchUpload();
    }
}
