using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class EncryptionTests(SynthesizedApp app)
{
    private const string StorageKey = "StorageKey.Arn";
    private readonly Template stateful = app.Local.Stateful;
    private readonly Template workflow = app.Local.Workflow;

    [Fact]
    public void Tables_and_the_bucket_are_encrypted_with_the_storage_key()
    {
        stateful.OfType("AWS::DynamoDB::Table").ShouldAllBe(table => stateful.Text(table["SSESpecification"]!["KMSMasterKeyId"]) == StorageKey);
        stateful.Text(stateful.Find("AWS::S3::Bucket", "EvidenceBucket")["BucketEncryption"])
            .ShouldContain($"ServerSideEncryptionByDefault: {{KMSMasterKeyID: {StorageKey}, SSEAlgorithm: aws:kms}}");
    }

    [Theory]
    [InlineData("AWS::SQS::Queue", "KmsMasterKeyId", 7)]
    [InlineData("AWS::SNS::Topic", "KmsMasterKeyId", 1)]
    [InlineData("AWS::Events::EventBus", "KmsKeyIdentifier", 1)]
    [InlineData("AWS::Logs::LogGroup", "KmsKeyId", 31)]
    public void What_carries_or_logs_events_is_encrypted_with_the_storage_key(string type, string property, int count)
    {
        workflow.OfType(type).Count.ShouldBe(count);
        workflow.OfType(type).ShouldAllBe(resource => workflow.Text(resource[property]) == StorageKey);
    }

    [Fact]
    public void Every_queue_and_the_topic_and_the_bucket_refuse_plain_HTTP()
    {
        RefusesPlainHttp(stateful, "AWS::S3::BucketPolicy").ShouldBe(["EvidenceBucket", "ExportBucket"], ignoreOrder: true);
        RefusesPlainHttp(workflow, "AWS::SQS::QueuePolicy").ShouldBe(workflow.OfType("AWS::SQS::Queue").Select(queue => queue.Id), ignoreOrder: true);
        RefusesPlainHttp(workflow, "AWS::SNS::TopicPolicy").ShouldBe(workflow.OfType("AWS::SNS::Topic").Select(topic => topic.Id));
    }

    private static IEnumerable<string> RefusesPlainHttp(Template template, string type) =>
        from policy in template.OfType(type)
        where template.Statements(policy["PolicyDocument"]).Any(statement =>
            statement.Effect == "Deny" && statement.Condition == "{Bool: {aws:SecureTransport: false}}" && statement.Principal is "*" or "{AWS: *}")
        from target in template.Texts(policy["Bucket"] ?? policy["Queues"] ?? policy["Topics"])
        select target;
}
