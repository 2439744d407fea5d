using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Objects;
using ServerlessGdpr.Local.S3.Xml;
using static ServerlessGdpr.Local.S3.Xml.S3Xml;

namespace ServerlessGdpr.Local.S3.Multipart;

/// <summary>CompleteMultipartUpload.</summary>
internal sealed class CompleteUpload(UploadStore uploads, BodyReceiver bodies, TimeProvider time)
{
    private const long SmallestPart = 5 << 20;

    public async Task HandleAsync(S3Request request)
    {
        var upload = uploads.Of(request);
        var document = Parse(await BodyReceiver.ReadDocumentAsync(request), "CompleteMultipartUpload");
        List<Part> parts;
        List<FileStream> opened;
        lock (upload.Bucket.Gate)
        {
            parts = Chosen(upload, [.. document.All("Part")]);
            opened = [.. parts.Select(part => part.Body.Open())];
        }

        ReceivedBody whole;
        try
        {
            whole = await bodies.JoinAsync(opened, upload.Algorithm, request.Cancellation);
        }
        finally
        {
            foreach (var part in opened) await part.DisposeAsync();
        }

        var checksum = upload.ChecksumType is Checksum.Composite ? Composite(parts, upload.Algorithm) : whole.Checksum;
        ObjectVersion? added = null;
        try
        {
            RequireClaim(request, checksum);
            lock (upload.Bucket.Gate) added = Add(request, upload, whole, parts, checksum);
        }
        finally
        {
            if (added is null) whole.Stored.Delete();
        }

        ObjectHeaders.WriteVersion(request, upload.Bucket, added);
        added.Content!.Encryption.WriteTo(request);
        await request.AnswerAsync(Element(
            "CompleteMultipartUploadResult",
            Element("Location", $"http://{request.Context.Request.Host}/{request.Bucket}/{Uri.EscapeDataString(request.Key)}"),
            Element("Bucket", request.Bucket),
            Element("Key", request.Key),
            Element("ETag", ObjectHeaders.Quoted(added.Content.ETag)),
            Element(checksum.Element, checksum.Value),
            Element("ChecksumType", checksum.Type)));
    }

    private static void RequireClaim(S3Request request, Checksum checksum)
    {
        if (request.Header(checksum.Header) is { } claimed && !claimed.Equals(checksum.Value, StringComparison.Ordinal))
            throw new AwsError("BadDigest", $"The {checksum.Algorithm} you specified did not match the calculated checksum.");
    }

    /// <summary>The parts that the request lists; it may leave some out.</summary>
    private static List<Part> Chosen(Upload upload, List<XElement> listed)
    {
        if (listed.Count == 0) throw S3Error.MalformedXml();
        var parts = new List<Part>();
        foreach (var element in listed)
        {
            if (!int.TryParse(element.Text("PartNumber"), CultureInfo.InvariantCulture, out var number) || element.Text("ETag") is not { } etag) throw S3Error.MalformedXml();
            if (parts.Count > 0 && parts[^1].Number >= number)
                throw new AwsError("InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.");
            if (!upload.Parts.TryGetValue(number, out var part) || !part.ETag.Equals(etag.Trim('"'), StringComparison.Ordinal) || IsOther(element, part.Checksum))
            {
                throw new AwsError(
                    "InvalidPart",
                    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.");
            }

            parts.Add(part);
        }

        return parts.SkipLast(1).Any(part => part.Body.Size < SmallestPart)
            ? throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
            : parts;
    }

    private static bool IsOther(XElement element, Checksum checksum) =>
        element.Text(checksum.Element) is { } claimed && !claimed.Equals(checksum.Value, StringComparison.Ordinal);

    /// <summary>The checksum of the parts' checksums.</summary>
    private static Checksum Composite(List<Part> parts, string algorithm)
    {
        using var checksum = new RunningChecksum(algorithm);
        foreach (var part in parts) checksum.Append(Convert.FromBase64String(part.Checksum.Value));
        return new Checksum(algorithm, $"{checksum.Finish()}-{parts.Count}", Checksum.Composite);
    }

    /// <summary>The MD5 of the parts' MD5s, which only looks like one.</summary>
    private static string ETag(List<Part> parts)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var part in parts) md5.AppendData(Convert.FromHexString(part.ETag));
        return $"{Convert.ToHexStringLower(md5.GetHashAndReset())}-{parts.Count}";
    }

    private ObjectVersion Add(S3Request request, Upload upload, ReceivedBody whole, List<Part> parts, Checksum checksum)
    {
        Preconditions.RequireWrite(request, upload.Bucket.Current(request.Key));
        uploads.Remove(upload);
        foreach (var part in upload.Parts.Values) part.Body.Delete();
        return upload.Draft.AddTo(upload.Bucket, whole.Stored, ETag(parts), checksum, [.. parts.Select(part => part.Body.Size)], time.GetUtcNow());
    }
}
