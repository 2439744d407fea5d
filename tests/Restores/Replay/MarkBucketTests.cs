using Amazon.S3.Model;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Copies;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores.Replay;

/// <summary>The tag of a restored bucket says what the register of copies says, and nothing else of the bucket changes.</summary>
public sealed class MarkBucketTests(DynamoDbLocalProcess dynamoDb) : ReplayFixture(dynamoDb)
{
    private const string Copy = "shop-uploads-restored-1";
    private const string CopyOfUploadsArn = $"arn:aws:s3:::{Copy}";
    private const string Another = "restore-2";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await S3.PutBucketAsync(Copy, Cancellation);
    }

    [Fact]
    public async Task A_bucket_without_tags_is_pending_while_its_replay_is_at_work_and_clean_afterwards()
    {
        await BeginAsync(RestoreName);
        await MarkAsync(RestoreName);
        (await TagsAsync()).ShouldBe(["gdpr-replay=pending"]);

        await EndAsync(RestoreName, RestoreStatuses.Clean);
        await MarkAsync(RestoreName);
        (await TagsAsync()).ShouldBe(["gdpr-replay=clean"]);
    }

    [Fact]
    public async Task Every_other_tag_stays()
    {
        await TagAsync(("aws:backup:source-resource", "arn"), ("gdpr-replay", "clean"), ("team", "shop"));
        await BeginAsync(RestoreName);

        await MarkAsync(RestoreName);

        (await TagsAsync()).ShouldBe(["aws:backup:source-resource=arn", "gdpr-replay=pending", "team=shop"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_marked_so_already_is_not_written()
    {
        await BeginAsync(RestoreName);
        await MarkAsync(RestoreName);
        Calls.Forget();

        await MarkAsync(RestoreName);

        Calls.All.ShouldNotContain(call => call.Operation == "PUT" && call.Concerns(Copy));
    }

    [Fact]
    public async Task Tags_that_could_not_be_read_are_not_taken_for_none()
    {
        await TagAsync(("team", "shop"));
        await BeginAsync(RestoreName);
        Calls.Refuse("GET", Copy, new AwsError("AccessDenied", "no", 403));

        await Should.ThrowAsync<Amazon.S3.AmazonS3Exception>(() => MarkAsync(RestoreName));

        Calls.Allow();
        (await TagsAsync()).ShouldBe(["team=shop"]);
    }

    [Theory]
    [InlineData(RestoreName, Another)]
    [InlineData(Another, RestoreName)]
    public async Task Of_two_restores_at_once_the_one_that_ends_first_leaves_the_bucket_pending(string first, string last)
    {
        await BeginAsync(RestoreName);
        await BeginAsync(Another);

        await EndAsync(first, RestoreStatuses.Clean);
        await MarkAsync(first);
        (await TagsAsync()).ShouldBe(["gdpr-replay=pending"]);

        await EndAsync(last, RestoreStatuses.Clean);
        await MarkAsync(last);
        (await TagsAsync()).ShouldBe(["gdpr-replay=clean"]);
    }

    [Fact]
    public async Task Two_that_end_together_leave_it_clean_whoever_marks_it()
    {
        await BeginAsync(RestoreName);
        await BeginAsync(Another);
        await EndAsync(RestoreName, RestoreStatuses.Clean);
        await EndAsync(Another, RestoreStatuses.Clean);

        await MarkAsync(RestoreName);

        (await TagsAsync()).ShouldBe(["gdpr-replay=clean"]);
    }

    [Fact]
    public async Task What_an_operator_closed_is_never_called_clean_whatever_is_restored_later()
    {
        await BeginAsync(RestoreName);
        await EndAsync(RestoreName, RestoreStatuses.CleanedIncompletely);
        await MarkAsync(RestoreName);
        (await TagsAsync()).ShouldBe(["gdpr-replay=cleaned_incompletely"]);

        await BeginAsync(Another);
        await MarkAsync(Another);
        (await TagsAsync()).ShouldBe(["gdpr-replay=pending"]);

        await EndAsync(Another, RestoreStatuses.Clean);
        await MarkAsync(Another);
        (await TagsAsync()).ShouldBe(["gdpr-replay=cleaned_incompletely"]);
    }

    [Fact]
    public async Task A_restore_that_begins_while_another_says_that_it_is_clean_has_the_last_word()
    {
        await BeginAsync(RestoreName);
        await MarkAsync(RestoreName);
        await EndAsync(RestoreName, RestoreStatuses.Clean);
        Calls.Before("PUT", Copy, async _ => await BeginAsync(Another));

        await MarkAsync(RestoreName);

        (await TagsAsync()).ShouldBe(["gdpr-replay=pending"]);
    }

    private Task<Functions.Erasure.Acknowledged> MarkAsync(string restoreId) =>
        new MarkBucket(Restores, Copies, new BucketTags(S3)).HandleAsync(new ReplayInput { RestoreId = restoreId, Attempt = 0 }, Invocation, Cancellation);

    private async Task BeginAsync(string restoreId)
    {
        var announced = Announced();
        var restore = announced.Restore with { Service = "s3", Target = new(CopyOfUploadsArn, null, InPlace: false) };
        await SaveAsync(announced with { RestoreId = restoreId, Restore = restore, MarksBucket = true });
        await Copies.RegisterAsync(
            new RestoredCopy { Datastore = Store, Arn = CopyOfUploadsArn, RestoreId = restoreId, EffectiveAsOf = AsOfBackup, RegisteredAt = Start }, Cancellation);
    }

    private async Task EndAsync(string restoreId, string status)
    {
        if (status == RestoreStatuses.Clean) await Copies.SetCleanAsync(Store, CopyOfUploadsArn, null, restoreId, Now, Cancellation);
        await SaveAsync(await RecordAsync(restoreId) with { Status = status });
    }

    private async Task TagAsync(params (string Key, string Value)[] tags) => await S3.PutBucketTaggingAsync(
        new PutBucketTaggingRequest { BucketName = Copy, TagSet = [.. tags.Select(tag => new Tag { Key = tag.Key, Value = tag.Value })] }, Cancellation);

    private async Task<IEnumerable<string>> TagsAsync() =>
        (await S3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = Copy }, Cancellation)).TagSet.Select(tag => $"{tag.Key}={tag.Value}");
}
