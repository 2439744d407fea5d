using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>
/// S3 as a Map state reads and writes it: in short calls. A download that stayed open while child executions wait would count as work
/// in flight, and virtual time would stand still.
/// </summary>
internal interface IObjectStore
{
    /// <summary>Up to <paramref name="length"/> bytes from <paramref name="offset"/> on.</summary>
    /// <param name="etag">Only this content, else the call is refused; null takes what is there.</param>
    /// <exception cref="AwsError">S3 refused.</exception>
    Task<ObjectSlice> ReadAsync(ObjectPlace place, long offset, int length, string? etag, CancellationToken cancellation);

    /// <exception cref="AwsError">S3 refused.</exception>
    Task<ObjectPage> ListAsync(string bucket, string? prefix, string? continuation, CancellationToken cancellation);

    /// <exception cref="AwsError">S3 refused.</exception>
    Task WriteAsync(string bucket, string key, ReadOnlyMemory<byte> content, CancellationToken cancellation);
}

/// <summary>S3 as a role may use it.</summary>
internal delegate IObjectStore ObjectStores(string roleArn);

internal sealed record ObjectPlace(string Bucket, string Key, string? VersionId);

/// <param name="Size">The whole object's size in bytes.</param>
internal sealed record ObjectSlice(ReadOnlyMemory<byte> Content, long Size, string ETag);

/// <param name="Next">The next page's continuation; null on the last.</param>
internal sealed record ObjectPage(IReadOnlyList<ListedObject> Objects, string? Next);

internal sealed record ListedObject(string Key, string ETag, long Size, DateTimeOffset LastModified, string StorageClass);
