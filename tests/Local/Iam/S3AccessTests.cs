using Amazon.S3;
using Amazon.S3.Model;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Iam;

public sealed class S3AccessTests : IAsyncLifetime
{
    private const string Everything = "arn:aws:s3:::people/*";
    private RoleCloud cloud = null!;
    private AmazonS3Client worker = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await RoleCloud.StartAsync();
        await cloud.DeployAsync("buckets", ("People", """{"Type":"AWS::S3::Bucket","Properties":{"BucketName":"people","ObjectLockEnabled":true}}"""));
        worker = cloud.S3();
        using var operators = cloud.S3(asOperator: true);
        foreach (var key in new[] { "mine/1", "yours/1" }) await operators.PutObjectAsync(new PutObjectRequest { BucketName = "people", Key = key, ContentBody = "x" }, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        worker.Dispose();
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task Of_many_deletions_each_is_allowed_or_denied_by_itself()
    {
        cloud.Allow("s3:DeleteObject", "arn:aws:s3:::people/mine/*");

        var answer = await Should.ThrowAsync<DeleteObjectsException>(() => worker.DeleteObjectsAsync(
            new DeleteObjectsRequest { BucketName = "people", Objects = [new() { Key = "mine/1" }, new() { Key = "yours/1" }] }, Cancellation));

        answer.Response.DeletedObjects.Select(deleted => deleted.Key).ShouldBe(["mine/1"]);
        answer.Response.DeleteErrors.Select(error => (error.Key, error.Code)).ShouldBe([("yours/1", "AccessDenied")]);
    }

    [Fact]
    public async Task Deleting_a_version_is_another_permission_than_deleting_an_object()
    {
        cloud.Allow("s3:DeleteObject", Everything);
        using var operators = cloud.S3(asOperator: true);
        var version = (await operators.ListVersionsAsync("people", "mine/", Cancellation)).Versions.Single().VersionId;

        await worker.DeleteObjectAsync("people", "mine/1", Cancellation);

        await ShouldBeDenied("s3:DeleteObjectVersion", () => worker.DeleteObjectAsync("people", "mine/1", version, Cancellation));
        cloud.Allow("s3:DeleteObjectVersion", Everything);
        await worker.DeleteObjectAsync("people", "mine/1", version, Cancellation);
        await ShouldBeDenied("s3:DeleteObject", () => worker.DeleteObjectAsync("people", "mine/1", Cancellation));
    }

    [Fact]
    public async Task A_put_with_a_lock_takes_the_permission_to_lock()
    {
        cloud.Allow("s3:PutObject", Everything);
        var put = new PutObjectRequest { BucketName = "people", Key = "mine/2", ContentBody = "x" };
        await worker.PutObjectAsync(put, Cancellation);

        put.ObjectLockMode = ObjectLockMode.Governance;
        put.ObjectLockRetainUntilDate = new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc);
        put.ChecksumAlgorithm = ChecksumAlgorithm.SHA256;

        await ShouldBeDenied("s3:PutObjectRetention", () => worker.PutObjectAsync(put, Cancellation));
        cloud.Allow("s3:PutObject s3:PutObjectRetention", Everything);
        await worker.PutObjectAsync(put, Cancellation);
    }

    [Fact]
    public async Task Listing_versions_and_uploads_are_permissions_on_the_bucket()
    {
        cloud.Allow("s3:ListBucketVersions s3:ListBucketMultipartUploads", "arn:aws:s3:::people", """{"StringLike":{"s3:prefix":"mine/*"}}""");

        (await worker.ListVersionsAsync("people", "mine/", Cancellation)).Versions.Count.ShouldBe(1);
        await worker.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = "people", Prefix = "mine/" }, Cancellation);

        await ShouldBeDenied("s3:ListBucketVersions", () => worker.ListVersionsAsync("people", "yours/", Cancellation));
        await ShouldBeDenied("s3:ListBucket", () => worker.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "people", Prefix = "mine/" }, Cancellation));
    }

    [Fact]
    public async Task Whoever_may_not_list_does_not_learn_what_is_missing()
    {
        cloud.Allow("s3:GetObject", "arn:aws:s3:::*");
        (await Should.ThrowAsync<AmazonS3Exception>(() => worker.GetObjectAsync("people", "nothing", Cancellation))).ErrorCode.ShouldBe("AccessDenied");

        cloud.Allow("s3:GetObject s3:ListBucket", "arn:aws:s3:::*");
        (await Should.ThrowAsync<AmazonS3Exception>(() => worker.GetObjectAsync("people", "nothing", Cancellation))).ErrorCode.ShouldBe("NoSuchKey");
    }

    [Fact]
    public async Task A_bucket_with_a_customer_key_takes_permissions_on_the_key_through_S3()
    {
        await cloud.DeployAsync(
            "encrypted",
            ("Key", """{"Type":"AWS::KMS::Key","Properties":{"KeyPolicy":{"Statement":[]}}}"""),
            ("Bucket", """
                {"Type":"AWS::S3::Bucket","Properties":{"BucketName":"sealed","BucketEncryption":{"ServerSideEncryptionConfiguration":[{
                "ServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":{"Fn::GetAtt":["Key","Arn"]}}}]}}}
                """));
        var put = new PutObjectRequest { BucketName = "sealed", Key = "a", ContentBody = "x" };
        cloud.Allow("s3:*", "*");
        await ShouldBeDenied("kms:GenerateDataKey", () => worker.PutObjectAsync(put, Cancellation));

        cloud.Allow("s3:* kms:GenerateDataKey", "*");
        await worker.PutObjectAsync(put, Cancellation);
        await ShouldBeDenied("kms:Decrypt", () => worker.GetObjectAsync("sealed", "a", Cancellation));
    }

    private static async Task ShouldBeDenied(string action, Func<Task> call)
    {
        var denied = await Should.ThrowAsync<AmazonS3Exception>(call);
        (denied.ErrorCode, (int)denied.StatusCode).ShouldBe(("AccessDenied", 403));
        denied.Message.ShouldContain($"not authorized to perform: {action} on resource");
    }
}
