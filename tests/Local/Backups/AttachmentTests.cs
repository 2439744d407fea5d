using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Local.DynamoDb;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Backups;

public sealed class AttachmentTests(DynamoDbLocalProcess process) : BackupTest(process)
{
    private const string Policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"dynamodb:GetItem","Resource":"*"}]}""";

    private static string Arn => "arn:aws:dynamodb:eu-west-1:000000000000:table/people";

    [Fact]
    public async Task Tags_come_and_go()
    {
        await DynamoDb.TagResourceAsync(new TagResourceRequest { ResourceArn = Arn, Tags = [new() { Key = "gdpr-replay", Value = "pending" }, new() { Key = "team", Value = "shop" }] }, Cancellation);
        await DynamoDb.TagResourceAsync(new TagResourceRequest { ResourceArn = Arn, Tags = [new() { Key = "gdpr-replay", Value = "clean" }] }, Cancellation);
        await DynamoDb.UntagResourceAsync(new UntagResourceRequest { ResourceArn = Arn, TagKeys = ["team"] }, Cancellation);

        (await Tags(Arn)).ShouldBe([("gdpr-replay", "clean")]);
    }

    [Fact]
    public async Task A_restored_table_has_neither_tags_nor_policy_nor_recovery()
    {
        await EnableRecovery();
        await DynamoDb.TagResourceAsync(new TagResourceRequest { ResourceArn = Arn, Tags = [new() { Key = "team", Value = "shop" }] }, Cancellation);
        await DynamoDb.PutResourcePolicyAsync(new PutResourcePolicyRequest { ResourceArn = Arn, Policy = Policy }, Cancellation);
        var restored = await RestoreFrom(await Backup(), "restored");
        await UntilActive("restored");

        (await Tags(restored.TableArn)).ShouldBeEmpty();
        await Should.ThrowAsync<PolicyNotFoundException>(() => DynamoDb.GetResourcePolicyAsync(new GetResourcePolicyRequest { ResourceArn = restored.TableArn }, Cancellation));
        await Should.ThrowAsync<PointInTimeRecoveryUnavailableException>(() => DynamoDb.RestoreTableToPointInTimeAsync(
            new RestoreTableToPointInTimeRequest { SourceTableName = "restored", TargetTableName = "again", UseLatestRestorableTime = true }, Cancellation));
    }

    [Fact]
    public async Task A_policy_is_put_read_and_deleted_under_its_revision()
    {
        var put = await DynamoDb.PutResourcePolicyAsync(new PutResourcePolicyRequest { ResourceArn = Arn, Policy = Policy, ExpectedRevisionId = "NO_POLICY" }, Cancellation);

        var got = await DynamoDb.GetResourcePolicyAsync(new GetResourcePolicyRequest { ResourceArn = Arn }, Cancellation);
        (got.Policy, got.RevisionId).ShouldBe((Policy, put.RevisionId));
        await Should.ThrowAsync<PolicyNotFoundException>(() => DynamoDb.DeleteResourcePolicyAsync(
            new DeleteResourcePolicyRequest { ResourceArn = Arn, ExpectedRevisionId = "another" }, Cancellation));

        await DynamoDb.DeleteResourcePolicyAsync(new DeleteResourcePolicyRequest { ResourceArn = Arn, ExpectedRevisionId = put.RevisionId }, Cancellation);
        await Should.ThrowAsync<PolicyNotFoundException>(() => DynamoDb.GetResourcePolicyAsync(new GetResourcePolicyRequest { ResourceArn = Arn }, Cancellation));
    }

    [Fact]
    public async Task A_table_that_is_being_restored_takes_neither()
    {
        var restored = await RestoreFrom(await Backup(), "restored");

        await Should.ThrowAsync<ResourceInUseException>(() => DynamoDb.TagResourceAsync(
            new TagResourceRequest { ResourceArn = restored.TableArn, Tags = [new() { Key = "a", Value = "b" }] }, Cancellation));
        await Should.ThrowAsync<ResourceInUseException>(() => DynamoDb.PutResourcePolicyAsync(
            new PutResourcePolicyRequest { ResourceArn = restored.TableArn, Policy = Policy }, Cancellation));
    }

    [Fact]
    public async Task What_is_not_there_has_no_tags()
    {
        await Should.ThrowAsync<ResourceNotFoundException>(() => Tags($"{Arn}-of-another-town"));
    }

    private async Task<IEnumerable<(string, string)>> Tags(string arn) =>
        ((await DynamoDb.ListTagsOfResourceAsync(new ListTagsOfResourceRequest { ResourceArn = arn }, Cancellation)).Tags ?? []).Select(tag => (tag.Key, tag.Value));
}
