using System.IO.Pipelines;
using Amazon.S3;
using Amazon.S3.Transfer;

namespace ServerlessGdpr.Functions.Runtime.Aws;

/// <summary>Writes objects of S3 as streams of unknown length, in bounded memory. An object comes to be when all of it was written, or not at all.</summary>
public sealed class ObjectUpload(IAmazonS3 s3, string bucket)
{
    /// <summary>S3 takes 10,000 parts: objects of up to 78 GiB.</summary>
    private const int PartSize = 8 * 1024 * 1024;

    /// <summary>What may be written before the upload has taken it.</summary>
    private static readonly PipeOptions Bounds = new(pauseWriterThreshold: 1024 * 1024, resumeWriterThreshold: 512 * 1024, useSynchronizationContext: false);

    public async Task WriteAsync(string key, string contentType, Func<Stream, Task> write, CancellationToken cancellation)
    {
        var pipe = new Pipe(Bounds);
        var upload = UploadAsync(key, contentType, pipe.Reader, cancellation);
        try
        {
            await using var stream = pipe.Writer.AsStream(leaveOpen: true);
            await write(stream);
        }
        catch (Exception error)
        {
            await pipe.Writer.CompleteAsync(error);
            await ((Task)upload).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await pipe.Writer.CompleteAsync();
        await upload;
    }

    private async Task UploadAsync(string key, string contentType, PipeReader reader, CancellationToken cancellation)
    {
        try
        {
            using var transfer = new TransferUtility(s3);
            var request = new TransferUtilityUploadRequest
            {
                BucketName = bucket,
                Key = key,
                ContentType = contentType,
                PartSize = PartSize,
                InputStream = reader.AsStream(leaveOpen: true),
                AutoCloseStream = false,
            };
            await transfer.UploadAsync(request, cancellation);
        }
        finally
        {
            // Whoever still writes must not wait for a reader that is gone.
            await reader.CompleteAsync();
        }
    }
}
