using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.S3;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.S3;

/// <summary>A cloud, or another S3, with a bucket, seen through AWS's own client.</summary>
public abstract class S3Test : IAsyncLifetime
{
    protected static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private Cloud? cloud;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Elsewhere the names of buckets are everybody's.</summary>
    protected string Bucket { get; } = ContractTarget.Of("S3") is null ? "people" : $"people-{Guid.NewGuid():n}";

    protected Cloud Cloud => ContractTarget.Required(cloud);

    protected AmazonS3Client S3 { get; private set; } = null!;

    protected S3Faults Faults => Cloud.Get<S3Service>().Faults;

    public virtual async ValueTask InitializeAsync()
    {
        var target = ContractTarget.Of("S3");
        if (target is null)
        {
            cloud = await Cloud.StartAsync(new CloudOptions { VirtualStart = Start }, Cancellation);
            target = ContractTarget.Local(cloud.Endpoint);
        }

        S3 = new AmazonS3Client(
            new BasicAWSCredentials(target.AccessKey, target.SecretKey),
            new AmazonS3Config
            {
                ServiceURL = target.Endpoint,
                ForcePathStyle = true,
                AuthenticationRegion = target.Region,
                MaxErrorRetry = 0,
            });
        await S3.PutBucketAsync(Bucket, Cancellation);
    }

    public virtual async ValueTask DisposeAsync()
    {
        S3.Dispose();
        if (cloud is not null) await cloud.DisposeAsync();
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
