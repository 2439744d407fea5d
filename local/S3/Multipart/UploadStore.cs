using System.Collections.Concurrent;
using System.Security.Cryptography;
using ServerlessGdpr.Local.S3.Buckets;

namespace ServerlessGdpr.Local.S3.Multipart;

/// <summary>The open multipart uploads.</summary>
internal sealed class UploadStore(BucketStore buckets)
{
    private readonly ConcurrentDictionary<string, Upload> uploads = new(StringComparer.Ordinal);

    public static string NewId() => RandomNumberGenerator.GetHexString(48, lowercase: true);

    public void Add(Upload upload) => uploads[upload.Id] = upload;

    /// <summary>The upload a request is about.</summary>
    public Upload Of(S3Request request)
    {
        var bucket = buckets.Of(request);
        return uploads.TryGetValue(request.Query("uploadId") ?? "", out var upload) && upload.Bucket == bucket && upload.Draft.Key.Equals(request.Key, StringComparison.Ordinal)
            ? upload
            : throw S3Error.NoSuchUpload();
    }

    /// <summary>Ends an upload; its parts' bytes go with it.</summary>
    /// <exception cref="Hosting.AwsError">Someone else ended it first.</exception>
    public void Remove(Upload upload)
    {
        if (!uploads.TryRemove(upload.Id, out _)) throw S3Error.NoSuchUpload();
    }

    public bool IsOpen(Upload upload) => uploads.ContainsKey(upload.Id);

    public IEnumerable<Upload> In(Bucket bucket) => uploads.Values
        .Where(upload => upload.Bucket == bucket)
        .OrderBy(upload => upload.Draft.Key, KeyOrder.Instance)
        .ThenBy(upload => upload.Initiated)
        .ThenBy(upload => upload.Id, StringComparer.Ordinal);
}
