using Amazon.S3.Model;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Tests.EndToEnd.Scale;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>A person is erased but for what a lock keeps, and comes back before it ends. The data map says which field tells when an upload came to be.</summary>
public sealed class ReturningPersonTests(DynamoDbLocalProcess dynamoDb)
{
    private const string CreatedAt = "created-at";
    private static readonly DateTimeOffset LockEnds = DeployedSystem.Start.AddHours(26);
    private static readonly string Folder = $"customers/{Shop.Ada.CustomerId}/";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_proven_to_be_newer_than_the_erasure_stays_when_the_rest_is_erased()
    {
        using var app = new SynthesizedSystem(ScaleMap.Of(ScaleMap.Entry("uploads", entry => entry["recordTime"] = CreatedAt)));
        await using var live = await DeployedSystem.StartAsync(app, dynamoDb, Cancellation);
        await live.Shop.PutLockedUploadAsync(Shop.Ada, LockEnds, Cancellation);
        await live.PublishAsync(DeployedSystem.Sample("erasure-requested.json"), Cancellation);
        await live.StatusAsync("partially_completed", Cancellation);
        await live.AdvanceAsync(TimeSpan.FromMinutes(5), Cancellation);

        await PutAsync(live, "old", createdAt: DeployedSystem.Start.AddDays(-1));
        await PutAsync(live, "new", createdAt: live.Cloud.Time.GetUtcNow());
        await PutAsync(live, "undated", createdAt: null);
        await live.StatusAsync("completed", Cancellation, limit: TimeSpan.FromHours(30));

        var left = await live.S3.ListVersionsAsync(new ListVersionsRequest { BucketName = Shop.Uploads, Prefix = Folder }, Cancellation);
        left.Versions.Select(version => version.Key).ShouldBe([$"{Folder}new"]);
    }

    private static Task<PutObjectResponse> PutAsync(DeployedSystem live, string name, DateTimeOffset? createdAt)
    {
        var put = new PutObjectRequest { BucketName = Shop.Uploads, Key = Folder + name, ContentBody = "a photo" };
        if (createdAt is { } at) put.Metadata[CreatedAt] = at.ToString("O");
        return live.S3.PutObjectAsync(put, Cancellation);
    }
}
