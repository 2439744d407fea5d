using Amazon.S3;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>Writes objects of S3 as streams of unknown length, in bounded memory. An object comes to be when all of it was written, or not at all.</summary>
/// <remarks>
/// The SDK's TransferUtility makes three requests of an object however small it is, and whoever writes does not hear that S3 refuses:
/// an export writes one object for each of a person's files, most of them small, and reads gigabytes for some.
/// </remarks>
public sealed class ObjectUpload(IAmazonS3 s3, string bucket)
{
    /// <exception cref="AmazonS3Exception">S3 refuses what was written. <paramref name="write"/> hears it at a later write, or it is thrown at the end.</exception>
    public async Task WriteAsync(string key, string contentType, Func<Stream, Task> write, CancellationToken cancellation)
    {
        await using var upload = Begin(key, contentType, cancellation);
        try
        {
            await write(upload);
            await upload.CompleteAsync();
        }
        catch
        {
            await upload.AbortAsync();
            throw;
        }
    }

    /// <summary>For whoever cannot write it all in one place: an object comes to be by <see cref="UploadStream.CompleteAsync"/>; otherwise abort.</summary>
    internal UploadStream Begin(string key, string contentType, CancellationToken cancellation) => new(s3, bucket, key, contentType, cancellation);
}
