using Amazon.S3;
using Amazon.S3.Model;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>Tags of buckets. S3 replaces all of a bucket's tags at once, so the others are read and written back, AWS's own (<c>aws:</c>) as they are.</summary>
public sealed class BucketTags(IAmazonS3 s3)
{
    public async Task SetAsync(string bucket, string key, string value, CancellationToken cancellation)
    {
        var tags = await ReadAsync(bucket, cancellation);
        if (tags.Exists(tag => tag.Key == key && tag.Value == value)) return;

        var changed = tags.Where(tag => tag.Key != key).Append(new Tag { Key = key, Value = value });
        await s3.PutBucketTaggingAsync(new PutBucketTaggingRequest { BucketName = bucket, TagSet = [.. changed] }, cancellation);
    }

    /// <summary>Whatever else is wrong must not look like a bucket without tags: they would be lost.</summary>
    private async Task<List<Tag>> ReadAsync(string bucket, CancellationToken cancellation)
    {
        try
        {
            return (await s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = bucket }, cancellation)).TagSet ?? [];
        }
        catch (AmazonS3Exception none) when (none.ErrorCode == "NoSuchTagSet")
        {
            return [];
        }
    }
}
