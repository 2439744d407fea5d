using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.S3;

/// <summary>A cloud with a bucket, seen through AWS's own client.</summary>
public abstract class S3Test : IAsyncLifetime
{
    protected const string Bucket = "people";
    protected static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected Cloud Cloud { get; private set; } = null!;

    protected AmazonS3Client S3 { get; private set; } = null!;

    protected S3Faults Faults => Cloud.Get<S3Service>().Faults;

    public virtual async ValueTask InitializeAsync()
    {
        Cloud = await Cloud.StartAsync(new CloudOptions { VirtualStart = Start }, Cancellation);
        S3 = new AmazonS3Client(
            new BasicAWSCredentials("test", "test"),
            new AmazonS3Config
            {
                ServiceURL = Cloud.Endpoint.ToString(),
                ForcePathStyle = true,
                AuthenticationRegion = CloudOptions.Region,
                MaxErrorRetry = 0,
            });
        await S3.PutBucketAsync(Bucket, Cancellation);
    }

    public virtual async ValueTask DisposeAsync()
    {
        S3.Dispose();
        await Cloud.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected Task<PutBucketVersioningResponse> Versioning(VersionStatus status) => S3.PutBucketVersioningAsync(
        new PutBucketVersioningRequest { BucketName = Bucket, VersioningConfig = new S3BucketVersioningConfig { Status = status } }, Cancellation);

    protected Task<PutObjectResponse> Put(string key, string body = "body") =>
        S3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = key, ContentBody = body }, Cancellation);

    protected async Task<string> Get(string key, string? versionId = null)
    {
        using var answer = await S3.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = key, VersionId = versionId }, Cancellation);
        return await Text(answer);
    }

    protected Task<DeleteObjectResponse> Delete(string key, string? versionId = null) =>
        S3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Bucket, Key = key, VersionId = versionId }, Cancellation);

    /// <summary>Every version and delete marker, in the order of the listing.</summary>
    protected async Task<IReadOnlyList<S3ObjectVersion>> Versions(string? prefix = null) =>
        (await S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Bucket, Prefix = prefix }, Cancellation)).Versions ?? [];

    protected static async Task<string> Text(GetObjectResponse answer)
    {
        using var reader = new StreamReader(answer.ResponseStream, Encoding.UTF8);
        return await reader.ReadToEndAsync(Cancellation);
    }

    protected static async Task<AmazonS3Exception> ShouldFail(Func<Task> call, string code, int status)
    {
        var error = await Should.ThrowAsync<AmazonS3Exception>(call);
        (error.ErrorCode, (int)error.StatusCode).ShouldBe((code, status));
        return error;
    }
}
