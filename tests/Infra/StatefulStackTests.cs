using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class StatefulStackTests(SynthesizedApp app)
{
    private readonly Template stateful = app.Local.Stateful;

    [Fact]
    public void Logical_ids_never_change_because_a_new_id_is_a_new_and_empty_resource() =>
        stateful.All.Where(resource => resource.Type != "AWS::S3::BucketPolicy").Select(resource => $"{resource.Id} {resource.Type}").ShouldBe(
            [
                "StorageKey AWS::KMS::Key", "IdentityKey AWS::KMS::Key", "MacKey AWS::KMS::Key",
                "RequestsTable AWS::DynamoDB::Table", "VaultTable AWS::DynamoDB::Table", "LedgerTable AWS::DynamoDB::Table",
                "EvidenceBucket AWS::S3::Bucket", "ExportKey AWS::KMS::Key", "ExportBucket AWS::S3::Bucket",
            ],
            ignoreOrder: true);

    [Fact]
    public void Nothing_that_holds_data_goes_with_its_stack() => stateful.All.Where(resource => resource.Type != "AWS::S3::BucketPolicy")
        .ShouldAllBe(resource => resource.DeletionPolicy == "Retain" && resource.UpdateReplacePolicy == "Retain");

    [Theory]
    [InlineData("RequestsTable", true)]
    [InlineData("LedgerTable", true)]
    [InlineData("VaultTable", false)]
    public void A_table_is_protected_expires_its_items_and_can_be_restored_unless_it_is_the_vault(string id, bool pointInTimeRecovery)
    {
        var table = stateful.Find("AWS::DynamoDB::Table", id);

        table["DeletionProtectionEnabled"]!.GetValue<bool>().ShouldBeTrue();
        table["PointInTimeRecoverySpecification"]!["PointInTimeRecoveryEnabled"]!.GetValue<bool>().ShouldBe(pointInTimeRecovery);
        stateful.Text(table["TimeToLiveSpecification"]).ShouldBe("{AttributeName: expiresAt, Enabled: true}");
        stateful.Text(table["KeySchema"]).ShouldBe("[{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]");
        table["BillingMode"]!.GetValue<string>().ShouldBe("PAY_PER_REQUEST");
    }

    [Fact]
    public void The_index_of_open_requests_holds_whole_items() =>
        stateful.Text(stateful.Find("AWS::DynamoDB::Table", "RequestsTable")["GlobalSecondaryIndexes"]).ShouldBe(
            "[{IndexName: open-by-due, KeySchema: [{AttributeName: openShard, KeyType: HASH}, {AttributeName: dueAt, KeyType: RANGE}], Projection: {ProjectionType: ALL}}]");

    [Fact]
    public void The_ledgers_index_holds_what_a_replay_is_planned_from_and_neither_identities_nor_copies()
    {
        var index = stateful.Find("AWS::DynamoDB::Table", "LedgerTable")["GlobalSecondaryIndexes"]!.AsArray().ShouldHaveSingleItem()!;

        index["IndexName"]!.GetValue<string>().ShouldBe("by-state");
        stateful.Text(index["KeySchema"]).ShouldBe("[{AttributeName: datastoreState, KeyType: HASH}, {AttributeName: at, KeyType: RANGE}]");
        index["Projection"]!["ProjectionType"]!.GetValue<string>().ShouldBe("INCLUDE");
        stateful.Texts(index["Projection"]!["NonKeyAttributes"]).ShouldBe(
            ["datastore", "expiresAt", "keptFrom", "lockedUntil", "openedAt", "requestId", "revision", "state"], ignoreOrder: true);
    }

    [Fact]
    public void Evidence_can_be_locked_and_has_no_default_lock()
    {
        var bucket = stateful.Find("AWS::S3::Bucket", "EvidenceBucket");

        bucket["ObjectLockEnabled"]!.GetValue<bool>().ShouldBeTrue();
        bucket["ObjectLockConfiguration"].ShouldBeNull();
        bucket["VersioningConfiguration"]!["Status"]!.GetValue<string>().ShouldBe("Enabled");
        bucket["PublicAccessBlockConfiguration"]!.AsObject().Select(setting => setting.Value!.GetValue<bool>()).ShouldBe([true, true, true, true]);
    }

    [Theory]
    [InlineData("ledger/", 1)]
    [InlineData("certificates/", 3653)]
    public void Evidence_is_removed_soon_after_its_locks_are_over(string prefix, int days)
    {
        var rule = stateful.Find("AWS::S3::Bucket", "EvidenceBucket")["LifecycleConfiguration"]!["Rules"]!.AsArray()
            .Single(rule => rule!["Prefix"]!.GetValue<string>() == prefix)!;

        rule["ExpirationInDays"]!.GetValue<int>().ShouldBe(days);
        rule["NoncurrentVersionExpiration"]!["NoncurrentDays"]!.GetValue<int>().ShouldBe(1);
    }

    [Theory]
    [InlineData("{StringNotEquals: {s3:object-lock-mode: COMPLIANCE}}")]
    [InlineData("{Null: {s3:if-none-match: true}}")]
    public void Nobody_writes_evidence_without_a_lock_or_over_what_is_there(string condition)
    {
        var policy = stateful.OfType("AWS::S3::BucketPolicy").Single(policy => stateful.Text(policy["Bucket"]) == "EvidenceBucket");

        var refused = stateful.Statements(policy["PolicyDocument"]).Single(statement => statement.Condition == condition);
        (refused.Effect, refused.Principal).ShouldBe(("Deny", "*"));
        refused.Actions.ShouldBe(["s3:PutObject"]);
        refused.Resources.ShouldBe(["EvidenceBucket.Arn/certificates/*", "EvidenceBucket.Arn/ledger/*"]);
    }

    [Fact]
    public void What_people_are_given_has_a_key_of_its_own_is_private_and_goes_by_itself()
    {
        var bucket = stateful.Find("AWS::S3::Bucket", "ExportBucket");

        stateful.Text(bucket["BucketEncryption"]).ShouldContain("KMSMasterKeyID: ExportKey.Arn, SSEAlgorithm: aws:kms");
        stateful.Text(bucket["PublicAccessBlockConfiguration"])
            .ShouldBe("{BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}");
        stateful.Text(bucket["OwnershipControls"]).ShouldContain("BucketOwnerEnforced");
        bucket["VersioningConfiguration"].ShouldBeNull("what is removed is gone");
        bucket["LifecycleConfiguration"]!["Rules"]!.AsArray().Select(rule => ((string)rule!["Prefix"]!, (int)rule["ExpirationInDays"]!, (string)rule["Status"]!))
            .ShouldBe([("bundles/", 7, "Enabled"), ("parts/", 45, "Enabled")]);
    }

    [Theory]
    [InlineData("StorageKey")]
    [InlineData("IdentityKey")]
    [InlineData("ExportKey")]
    public void Symmetric_keys_rotate(string id) => stateful.Find("AWS::KMS::Key", id)["EnableKeyRotation"]!.GetValue<bool>().ShouldBeTrue();

    [Fact]
    public void The_MAC_key_makes_MACs() => stateful.Find("AWS::KMS::Key", "MacKey")["KeySpec"]!.GetValue<string>().ShouldBe("HMAC_256");

    [Theory]
    [InlineData("events.amazonaws.com", "{StringEquals: {aws:SourceAccount: 000000000000}}")]
    [InlineData("cloudwatch.amazonaws.com", "{StringEquals: {aws:SourceAccount: 000000000000}}")]
    [InlineData("logs.eu-west-1.amazonaws.com", "{ArnLike: {kms:EncryptionContext:aws:logs:arn: arn:aws:logs:eu-west-1:000000000000:log-group:*}}")]
    public void The_storage_key_names_each_service_that_uses_it_on_its_own_behalf(string service, string condition)
    {
        var statement = stateful.Statements(stateful.Find("AWS::KMS::Key", "StorageKey")["KeyPolicy"])
            .Single(statement => statement.Principal == $"{{Service: {service}}}");

        statement.Actions.ShouldContain("kms:GenerateDataKey");
        statement.Actions.ShouldContain("kms:Decrypt");
        statement.Condition.ShouldBe(condition);
    }

    [Fact]
    public void No_service_uses_the_identity_key() => stateful.Statements(stateful.Find("AWS::KMS::Key", "IdentityKey")["KeyPolicy"])
        .ShouldAllBe(statement => !statement.Principal.Contains("Service"));
}
