using System.Net;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.S3;

public sealed class BucketTests : S3Test
{
    [Fact]
    public async Task A_bucket_is_made_once_listed_and_removed()
    {
        await ShouldFail(() => S3.PutBucketAsync(Bucket, Cancellation), "BucketAlreadyOwnedByYou", 409);
        (await S3.ListBucketsAsync(Cancellation)).Buckets.ShouldHaveSingleItem().BucketName.ShouldBe(Bucket);
        (await S3.GetBucketLocationAsync(Bucket, Cancellation)).Location.Value.ShouldBe(CloudOptions.Region);

        await S3.DeleteBucketAsync(Bucket, Cancellation);

        (await Should.ThrowAsync<AmazonS3Exception>(() => S3.HeadBucketAsync(new HeadBucketRequest { BucketName = Bucket }, Cancellation))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_call_meant_for_another_accounts_bucket_is_refused()
    {
        await ShouldFail(() => S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, ExpectedBucketOwner = "111111111111" }, Cancellation), "AccessDenied", 403);
    }

    [Fact]
    public async Task Configurations_are_kept_and_given_back()
    {
        await ShouldFail(() => S3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = Bucket }, Cancellation), "NoSuchTagSet", 404);
        await S3.PutBucketTaggingAsync(new PutBucketTaggingRequest { BucketName = Bucket, TagSet = [new Tag { Key = "a", Value = "1" }] }, Cancellation);
        await S3.PutBucketPolicyAsync(new PutBucketPolicyRequest { BucketName = Bucket, Policy = """{"Version":"2012-10-17"}""" }, Cancellation);

        (await S3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = Bucket }, Cancellation)).TagSet.ShouldHaveSingleItem().Value.ShouldBe("1");
        (await S3.GetBucketPolicyAsync(Bucket, Cancellation)).Policy.ShouldBe("""{"Version":"2012-10-17"}""");
        (await S3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = Bucket }, Cancellation)).PublicAccessBlockConfiguration.BlockPublicAcls.ShouldBe(true);
    }

    [Fact]
    public async Task Tags_of_a_bucket_are_replaced_all_at_once()
    {
        await TagAsync("a", "b");
        await TagAsync("c");

        (await S3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = Bucket }, Cancellation)).TagSet.Select(tag => tag.Key).ShouldBe(["c"]);
        await ShouldFail(() => TagAsync("a", "a"), "InvalidTag", 400);
        await TagAsync([.. Enumerable.Range(0, 50).Select(number => $"tag-{number}")]);
        await ShouldFail(() => TagAsync([.. Enumerable.Range(0, 51).Select(number => $"tag-{number}")]), "BadRequest", 400);
    }

    [Fact]
    public async Task A_template_makes_a_bucket_with_all_that_it_says()
    {
        var created = await Create(
            "AWS::S3::Bucket",
            """
            {
              "ObjectLockEnabled": true,
              "VersioningConfiguration": { "Status": "Enabled" },
              "ObjectLockConfiguration": { "ObjectLockEnabled": "Enabled", "Rule": { "DefaultRetention": { "Mode": "GOVERNANCE", "Days": 3 } } },
              "BucketEncryption": { "ServerSideEncryptionConfiguration": [{ "BucketKeyEnabled": true, "ServerSideEncryptionByDefault": { "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "arn:aws:kms:eu-west-1:000000000000:key/1" } }] },
              "PublicAccessBlockConfiguration": { "BlockPublicAcls": true, "BlockPublicPolicy": false, "IgnorePublicAcls": true, "RestrictPublicBuckets": true },
              "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] },
              "LifecycleConfiguration": { "Rules": [{ "Id": "r", "Status": "Enabled", "ExpirationInDays": 30, "Prefix": "ledger/", "NoncurrentVersionExpiration": { "NoncurrentDays": 1 }, "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 7 } }] },
              "Tags": [{ "Key": "a", "Value": "1" }]
            }
            """);

        created.Ref.ShouldBe("stack-bucket-1");
        created.Attributes["Arn"].ShouldBe("arn:aws:s3:::stack-bucket-1");
        var put = await S3.PutObjectAsync(new PutObjectRequest { BucketName = created.Ref, Key = "k", ContentBody = "x" }, Cancellation);
        (put.ServerSideEncryptionMethod.Value, put.ServerSideEncryptionKeyManagementServiceKeyId, put.BucketKeyEnabled)
            .ShouldBe(("aws:kms", "arn:aws:kms:eu-west-1:000000000000:key/1", true));
        (await S3.GetObjectMetadataAsync(created.Ref, "k", Cancellation)).ObjectLockRetainUntilDate?.ToUniversalTime().ShouldBe(Start.AddDays(3).UtcDateTime);
        (await S3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = created.Ref }, Cancellation)).PublicAccessBlockConfiguration.BlockPublicPolicy.ShouldBe(false);
        var rule = (await S3.GetLifecycleConfigurationAsync(created.Ref, Cancellation)).Configuration.Rules.ShouldHaveSingleItem();
        (rule.Id, rule.Expiration.Days, rule.NoncurrentVersionExpiration.NoncurrentDays, rule.AbortIncompleteMultipartUpload.DaysAfterInitiation).ShouldBe(("r", 30, 1, 7));
        rule.Filter.LifecycleFilterPredicate.ShouldBeOfType<LifecyclePrefixPredicate>().Prefix.ShouldBe("ledger/");
    }

    [Fact]
    public async Task A_template_gives_a_bucket_its_policy()
    {
        await Create("AWS::S3::BucketPolicy", $$"""{ "Bucket": "{{Bucket}}", "PolicyDocument": { "Version": "2012-10-17" } }""");

        (await S3.GetBucketPolicyAsync(Bucket, Cancellation)).Policy.ShouldBe("""{"Version":"2012-10-17"}""");
    }

    [Theory]
    [InlineData("""{ "ReplicationConfiguration": {} }""", "AWS::S3::Bucket.ReplicationConfiguration (Bucket)")]
    [InlineData("""{ "LifecycleConfiguration": { "Rules": [{ "Status": "Enabled", "Transitions": [] }] } }""", "AWS::S3::Bucket.LifecycleConfiguration (Bucket): Transitions")]
    public async Task A_property_that_is_not_understood_is_refused(string properties, string named)
    {
        (await Should.ThrowAsync<AwsError>(() => Create("AWS::S3::Bucket", properties))).Message.ShouldContain(named);
    }

    [Fact]
    public async Task Bodies_are_on_disk_while_they_are_needed_and_not_after()
    {
        var folder = Directory.CreateTempSubdirectory("serverless-gdpr-test-");
        try
        {
            await using (var cloud = await Cloud.StartAsync(new CloudOptions { DataDirectory = folder.FullName }, Cancellation))
            {
                using var s3 = new AmazonS3Client(
                    new Amazon.Runtime.BasicAWSCredentials("test", "test"),
                    new AmazonS3Config { ServiceURL = cloud.Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = CloudOptions.Region });
                await s3.PutBucketAsync(Bucket, Cancellation);
                await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "1" }, Cancellation);
                await s3.PutObjectAsync(new PutObjectRequest { BucketName = Bucket, Key = "k", ContentBody = "2" }, Cancellation);
                Bodies().ShouldBe(1);
                await s3.DeleteObjectAsync(Bucket, "k", Cancellation);
                Bodies().ShouldBe(0);
            }

            Directory.EnumerateFileSystemEntries(Path.Combine(folder.FullName, "s3")).ShouldBeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        int Bodies() => Directory.EnumerateFiles(folder.FullName, "*", SearchOption.AllDirectories).Count();
    }

    private Task<CreatedResource> Create(string type, string properties) => Cloud.Get<IEnumerable<IResourceProvider>>()
        .Single(provider => provider.ResourceTypes.Contains(type))
        .CreateAsync(new ResourceDefinition(type, "Bucket", "stack", "stack-Bucket-1", JsonNode.Parse(properties)!.AsObject(), null, ""), Cancellation);

    private Task<PutBucketTaggingResponse> TagAsync(params string[] keys) =>
        S3.PutBucketTaggingAsync(new PutBucketTaggingRequest { BucketName = Bucket, TagSet = [.. keys.Select(key => new Tag { Key = key, Value = "1" })] }, Cancellation);
}
