using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;

namespace ServerlessGdpr.Local.S3.Objects;

/// <summary>GetObject and HeadObject.</summary>
internal sealed class GetObject(BucketStore buckets)
{
    public async Task HandleAsync(S3Request request)
    {
        var bucket = buckets.Of(request);
        FileStream body;
        ByteRange range;
        lock (bucket.Gate)
        {
            var version = Find(request, bucket, request.Key, request.VersionId);
            var content = version.Content!;
            if (!Preconditions.AllowRead(request, version))
            {
                // Without the checksum of a body that is not sent: clients would look for one.
                ObjectHeaders.Write(request, bucket, version);
                ObjectHeaders.RemoveChecksum(request, content.Checksum);
                request.Context.Response.StatusCode = 304;
                return;
            }

            if (request.Method is "GET") RequireReadable(content);
            var part = request.Has("partNumber") ? ByteRange.OfPart(request.Number("partNumber", 1, int.MaxValue), content) : ByteRange.Of(request.Header("Range"), content.Body.Size);
            range = part ?? new ByteRange(0, content.Body.Size);
            ObjectHeaders.Write(request, bucket, version);
            request.Context.Response.StatusCode = part is null ? 200 : 206;
            request.Context.Response.ContentLength = range.Length;
            if (part is not null)
            {
                request.AnswerHeaders.ContentRange = range.ContentRange(content.Body.Size);
                request.AnswerHeaders.Remove(content.Checksum.Header);
            }

            if (request.Method is "HEAD") return;
            body = content.Body.Open();
        }

        await using (body) await SendAsync(request, body, range);
    }

    /// <summary>The version that a read is about.</summary>
    /// <exception cref="AwsError">There is none, or it is a delete marker.</exception>
    public static ObjectVersion Find(S3Request request, Bucket bucket, string key, string? versionId)
    {
        if (versionId is null)
        {
            var current = bucket.Current(key) ?? throw S3Error.NoSuchKey();
            if (!current.IsDeleteMarker) return current;
            DescribeMarker(request, bucket, current);
            throw S3Error.NoSuchKey();
        }

        var version = bucket.Find(key, RequireVersionId(versionId)) ?? throw S3Error.NoSuchVersion();
        if (!version.IsDeleteMarker) return version;
        DescribeMarker(request, bucket, version);
        request.AnswerHeaders.Allow = "DELETE";
        request.AnswerHeaders.LastModified = ObjectHeaders.HttpDate(version.LastModified);
        throw S3Error.MarkerNotAllowed();
    }

    public static string RequireVersionId(string id) => id is ObjectVersion.NullVersion || VersionIds.NumberOf(id) is not null
        ? id
        : throw S3Error.InvalidArgument("Invalid version id specified");

    public static void RequireReadable(ObjectContent content)
    {
        if (content.IsArchived)
            throw new AwsError("InvalidObjectState", "The operation is not valid for the object's storage class", 403);
    }

    private static void DescribeMarker(S3Request request, Bucket bucket, ObjectVersion marker)
    {
        request.AnswerHeaders["x-amz-delete-marker"] = "true";
        ObjectHeaders.WriteVersion(request, bucket, marker);
    }

    private static async Task SendAsync(S3Request request, FileStream body, ByteRange range)
    {
        await foreach (var piece in range.ReadAsync(body, request.Cancellation)) await request.Context.Response.Body.WriteAsync(piece, request.Cancellation);
    }
}
