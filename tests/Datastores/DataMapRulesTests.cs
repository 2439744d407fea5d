using ServerlessGdpr.Functions.Datastores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores;

public sealed class DataMapRulesTests
{
    private static readonly DatastoreEntry Orders = new()
    {
        Name = "orders",
        Kind = "dynamodb",
        Location = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders",
        BackupRetentionDays = 35,
        Processing = SampleProcessing.Processing,
        Keys = [new KeyMapping { IdentityType = "customer_id", PartitionKey = new KeyAttribute { Name = "pk" } }],
        Action = new ErasureAction { Kind = ErasureAction.Delete },
    };

    private static readonly DatastoreEntry Documents = new()
    {
        Name = "documents",
        Kind = "s3",
        Location = "arn:aws:s3:::shop-documents",
        BackupRetentionDays = 35,
        Processing = SampleProcessing.Processing,
        Keys = [new KeyMapping { IdentityType = "customer_id", KeyTemplate = "customers/{customer_id}/" }],
        Action = new ErasureAction { Kind = ErasureAction.Delete },
        After = ["orders"],
    };

    private static readonly DatastoreEntry Logs = new()
    {
        Name = "logs",
        Kind = "s3-logs",
        Location = "arn:aws:s3:::shop-logs",
        BackupRetentionDays = 0,
        Processing = SampleProcessing.Processing,
        Keys = [new KeyMapping { IdentityType = "customer_id", Field = "user.id" }, new KeyMapping { IdentityType = "customer_id", Field = "customer" }],
        Prefix = "logs/{yyyy}/{MM}/{dd}/",
        Days = 30,
        Action = new ErasureAction { Kind = ErasureAction.Expire, Days = 30 },
    };

    public static TheoryData<string, Func<DatastoreEntry, DatastoreEntry>> BrokenTables => new()
    {
        { "orders: the name must be", entry => entry with { Name = "orders#1" } },
        { "orders: the location must be the ARN of a table", entry => entry with { Location = "shop-orders" } },
        { "orders: the kind oracle is unknown", entry => entry with { Kind = "oracle" } },
        { "orders: it maps no identity type", entry => entry with { Keys = [] } },
        { "orders: phone is not among", entry => entry with { Keys = [Key("pk") with { IdentityType = "phone" }] } },
        { "orders: customer_id has the unknown format crc32", entry => entry with { Keys = [Key("pk") with { Format = "crc32" }] } },
        { "orders: customer_id: partitionKey is missing", entry => entry with { Keys = [new KeyMapping { IdentityType = "customer_id" }] } },
        { "orders: customer_id: keyTemplate is for s3", entry => entry with { Keys = [Key("pk") with { KeyTemplate = "{customer_id}" }] } },
        { "cannot be searched by its beginning", entry => entry with { Keys = [Key("pk", partition => partition with { BeginsWith = "{customer_id}#" })] } },
        { "would reach everybody", entry => entry with { Keys = [Key("pk", partition => partition with { EqualTo = "everybody" })] } },
        { "would reach everybody", entry => entry with { Keys = [Key("pk", partition => partition with { EqualTo = "everybody" }) with { SortKey = new KeyAttribute { Name = "sk", BeginsWith = "ORDER#" } }] } },
        { "has a placeholder other than one {customer_id}", entry => entry with { Keys = [Key("pk", partition => partition with { EqualTo = "{customer_id}{email}" })] } },
        { "has a placeholder other than one {customer_id}", entry => entry with { Keys = [Key("pk", partition => partition with { EqualTo = "{customer_id}{customer_id}" })] } },
        { "needs equalTo or beginsWith", entry => entry with { Keys = [Key("pk") with { SortKey = new KeyAttribute { Name = "sk" } }] } },
        { "has both equalTo and beginsWith", entry => entry with { Keys = [Key("pk") with { SortKey = new KeyAttribute { Name = "sk", EqualTo = "a", BeginsWith = "b" } }] } },
        { "must have a delimiter after {customer_id}", entry => entry with { Keys = [Key("pk") with { SortKey = new KeyAttribute { Name = "sk", BeginsWith = "{customer_id}" } }] } },
        { "must have a delimiter after {customer_id}", entry => entry with { Keys = [Key("pk") with { SortKey = new KeyAttribute { Name = "sk", BeginsWith = "{customer_id}0#" } }] } },
        { "must be of type S or N", entry => entry with { Keys = [Key("pk", partition => partition with { Type = "B" })] } },
        { "is a number and can only equal {customer_id}", entry => entry with { Keys = [Key("pk", partition => partition with { Type = "N", EqualTo = "1{customer_id}" })] } },
        { "only logs expire", entry => entry with { Action = new ErasureAction { Kind = ErasureAction.Expire, Days = 1 } } },
        { "the action shred is unknown", entry => entry with { Action = new ErasureAction { Kind = "shred" } } },
        { "anonymising needs fields", entry => entry with { Action = new ErasureAction { Kind = ErasureAction.Anonymise } } },
        { "deleting takes no fields", entry => entry with { Action = new ErasureAction { Kind = ErasureAction.Delete, Fields = new Dictionary<string, string?> { ["name"] = null } } } },
        { "pk is a key of the table", entry => entry with { Action = Anonymise("pk", "nobody") } },
        { "placed decides an exemption", entry => entry with { Action = Anonymise("placed", null), Exemptions = [new Exemption { Reason = "tax", Field = "placed", KeepDays = 1 }] } },
        { "an exemption has no reason", entry => entry with { Exemptions = [new Exemption { Reason = " ", Field = "placed", KeepDays = 1 }] } },
        { "an exemption has no field", entry => entry with { Exemptions = [new Exemption { Reason = "tax", Field = "", KeepDays = 1 }] } },
        { "keepDays must be at least 1", entry => entry with { Exemptions = [new Exemption { Reason = "tax", Field = "placed", KeepDays = 0 }] } },
        { "orders: it comes after invoices, which is not in the data map", entry => entry with { After = ["invoices"] } },
        { "orders: it comes after itself", entry => entry with { After = ["documents"] } },
        { "orders: it comes after itself", entry => entry with { After = ["orders"] } },
        { "backupRetentionDays must not be negative", entry => entry with { BackupRetentionDays = -1 } },
        { "maxConcurrency must be at least 1", entry => entry with { MaxConcurrency = 0 } },
        { "indexPauseSeconds must be at least 1", entry => entry with { IndexPauseSeconds = -1 } },
        { "orders: backups.restoredNamePattern must begin with at least 3 characters", entry => entry with { Backups = Copies("") } },
        { "orders: backups.restoredNamePattern must begin with at least 3 characters", entry => entry with { Backups = Copies("*") } },
        { "orders: backups.restoredNamePattern must begin with at least 3 characters", entry => entry with { Backups = Copies("so*") } },
        { "orders: backups.restoredNamePattern must begin with at least 3 characters", entry => entry with { Backups = Copies("shop?/index/*") } },
        { "orders: backups.restoredNamePattern must begin with at least 3 characters", entry => entry with { Backups = Copies("shop-${aws:username}") } },
        { "orders: backups.restoredNamePattern is also the name of orders, which is registered", entry => entry with { Backups = Copies("shop-*") } },
        { "orders: recordTime must be the name of an attribute", entry => entry with { RecordTime = " " } },
        { "orders: created is the recordTime and must not be anonymised", entry => entry with { RecordTime = "created", Action = Anonymise("created", null) } },
    };

    public static TheoryData<string, Func<DatastoreEntry, DatastoreEntry>> BrokenBuckets => new()
    {
        { "documents: the location must be the ARN of a bucket", entry => entry with { Location = "arn:aws:s3:::shop-documents/customers" } },
        { "documents: objects can only be deleted", entry => entry with { Action = Anonymise("name", null) } },
        { "objects have no fields", entry => entry with { Exemptions = [new Exemption { Reason = "tax", Field = "placed", KeepDays = 1 }] } },
        { "keyTemplate is missing", entry => entry with { Keys = [new KeyMapping { IdentityType = "customer_id" }] } },
        { "are for dynamodb", entry => entry with { Keys = [new KeyMapping { IdentityType = "customer_id", KeyTemplate = "{customer_id}/", Index = "x" }] } },
        { "would reach everybody", entry => entry with { Keys = [new KeyMapping { IdentityType = "customer_id", KeyTemplate = "customers/{email}/" }] } },
        { "would reach everybody", entry => entry with { Keys = [new KeyMapping { IdentityType = "customer_id", KeyTemplate = "" }] } },
        { "must have a delimiter after {customer_id}", entry => entry with { Keys = [new KeyMapping { IdentityType = "customer_id", KeyTemplate = "c/{customer_id}orders/" }] } },
        { "documents: backups.restoredNamePattern is also the name of documents, which is registered", entry => entry with { Backups = Copies("shop-doc*") } },
        { "documents: recordTime must be the name of object metadata", entry => entry with { RecordTime = "Created" } },
        { "documents: recordTime must be the name of object metadata", entry => entry with { RecordTime = "x-amz-meta-created" } },
    };

    public static TheoryData<string, Func<DatastoreEntry, DatastoreEntry>> BrokenLogs => new()
    {
        { "logs: the location must be the ARN of a bucket", entry => entry with { Location = "shop-logs" } },
        { "logs: prefix must have {yyyy}, {MM} and {dd}", entry => entry with { Prefix = null } },
        { "logs: prefix must have {yyyy}, {MM} and {dd}", entry => entry with { Prefix = "logs/{yyyy}/{MM}/" } },
        { "logs: prefix must have {yyyy}, {MM} and {dd}", entry => entry with { Prefix = "logs/{yyyy}/{MM}/{dd}/{HH}/" } },
        { "logs: prefix must have {yyyy}, {MM} and {dd}", entry => entry with { Prefix = "logs/{yyyy}/{MM}/{dd}/{dd}/" } },
        { "logs: prefix must begin with a text", entry => entry with { Prefix = "{yyyy}/{MM}/{dd}/" } },
        { "logs: days must be at least 1", entry => entry with { Days = null } },
        { "logs: days must not be fewer than those of the action", entry => entry with { Days = 29 } },
        { "logs: logs can only expire", entry => entry with { Action = new ErasureAction { Kind = ErasureAction.Delete } } },
        { "logs: logs can only expire", entry => entry with { Action = new ErasureAction { Kind = ErasureAction.Expire } } },
        { "logs: expiring takes no fields", entry => entry with { Action = entry.Action with { Fields = new Dictionary<string, string?> { ["name"] = null } } } },
        { "logs: customer_id: field must be", entry => entry with { Keys = [new KeyMapping { IdentityType = "customer_id" }] } },
        { "logs: customer_id: field must be", entry => entry with { Keys = [new KeyMapping { IdentityType = "customer_id", Field = "user." }] } },
        { "logs: customer_id: keyTemplate is for s3", entry => entry with { Keys = [new KeyMapping { IdentityType = "customer_id", Field = "user", KeyTemplate = "{customer_id}/" }] } },
        { "logs: logs are exempt until they expire", entry => entry with { Exemptions = [new Exemption { Reason = "tax", Field = "placed", KeepDays = 1 }] } },
        { "logs: recordTime is for what can be erased", entry => entry with { RecordTime = "time" } },
        { "logs: copies of logs are not cleaned", entry => entry with { Backups = Copies("shop-logs-restored*") } },
    };

    [Theory]
    [MemberData(nameof(BrokenLogs))]
    public void Broken_logs_are_named(string error, Func<DatastoreEntry, DatastoreEntry> breaking) =>
        DataMapRules.Validate(Map(Orders, breaking(Logs))).ShouldContain(found => found.Contains(error, StringComparison.Ordinal));

    [Fact]
    public void A_sound_data_map_has_no_errors() => DataMapRules.Validate(Map(Orders, Documents, Logs)).ShouldBeEmpty();

    [Fact]
    public void Copies_and_what_says_how_old_a_record_is_may_be_named() =>
        DataMapRules.Validate(Map(
            Orders with { Backups = Copies("shop-documents*"), RecordTime = "Created At" },
            Documents with { Backups = Copies("shop-orders-restored-?"), RecordTime = "created-at" })).ShouldBeEmpty("names of other services are others");

    [Fact]
    public void A_pattern_that_reaches_another_datastore_is_refused() =>
        DataMapRules.Validate(Map(Orders, Documents, Orders with { Name = "invoices", Location = "arn:aws:dynamodb:eu-west-1:000000000000:table/invoices", Backups = Copies("shop-*") }))
            .ShouldBe(["invoices: backups.restoredNamePattern is also the name of orders, which is registered."]);

    [Fact]
    public void An_index_key_may_be_anonymised_but_not_emptied()
    {
        var byEmail = Orders with { Keys = [.. Orders.Keys, Key("email") with { IdentityType = "email", Index = "by-email" }] };

        DataMapRules.Validate(Map(byEmail with { Action = Anonymise("email", "nobody") }, Documents)).ShouldBeEmpty();
        DataMapRules.Validate(Map(byEmail with { Action = Anonymise("email", null) }, Documents)).ShouldBeEmpty();
        DataMapRules.Validate(Map(byEmail with { Action = Anonymise("email", "") }, Documents)).ShouldHaveSingleItem().ShouldContain("cannot be replaced by an empty text");
    }

    [Theory]
    [MemberData(nameof(BrokenTables))]
    public void A_broken_table_is_named(string error, Func<DatastoreEntry, DatastoreEntry> breaking) =>
        DataMapRules.Validate(Map(breaking(Orders), Documents)).ShouldContain(found => found.Contains(error, StringComparison.Ordinal) || found.Contains(error.Replace("orders:", "orders#1:", StringComparison.Ordinal), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(BrokenBuckets))]
    public void A_broken_bucket_is_named(string error, Func<DatastoreEntry, DatastoreEntry> breaking) =>
        DataMapRules.Validate(Map(Orders, breaking(Documents))).ShouldContain(found => found.Contains(error, StringComparison.Ordinal));

    [Fact]
    public void Names_are_used_once_and_datastores_are_not_too_many()
    {
        DataMapRules.Validate(Map(Orders, Orders)).ShouldBe(["orders: the name is used 2 times."]);
        DataMapRules.Validate(Map([.. Enumerable.Range(0, 46).Select(number => Orders with { Name = $"orders-{number}" })])).ShouldHaveSingleItem().ShouldContain("at most 45");
    }

    [Fact]
    public void Waves_follow_the_order_between_datastores()
    {
        var last = Documents with { Name = "archive", After = ["documents", "orders"] };
        var free = Orders with { Name = "free" };

        Waves.Of(Map(last, Documents, Orders, free)).Select(wave => string.Join(',', wave.Select(entry => entry.Name))).ShouldBe(["orders,free", "documents", "archive"]);
        Should.Throw<ArgumentException>(() => Waves.Of(Map(Documents)));
    }

    [Fact]
    public void A_data_map_file_is_read_with_its_defaults()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, """
            {
              "$schema": "./schemas/datastores.schema.json",
              "identityTypes": { "email": { "caseInsensitive": true, "trim": true }, "customer_id": {} },
              "controller": { "name": "Shop", "contact": "privacy@example.com", "supervisoryAuthority": "DPC" },
              "datastores": [{
                "name": "orders", "kind": "dynamodb", "location": "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders", "backupRetentionDays": 35,
                "keys": [{ "identityType": "customer_id", "partitionKey": { "name": "pk", "equalTo": "CUSTOMER#{customer_id}" } }],
                "action": { "kind": "anonymise", "fields": { "name": "erased", "street": null } },
                "processing": { "title": "Orders", "purposes": [], "categories": [], "recipients": [], "retention": "", "source": "", "automatedDecisions": "" }
              }]
            }
            """);

        var map = DataMapFile.Load(path);
        File.Delete(path);

        map.IdentityTypes["email"].CaseInsensitive.ShouldBeTrue();
        var entry = map.Datastores.ShouldHaveSingleItem();
        entry.Action.Fields.ShouldBe(new Dictionary<string, string?> { ["name"] = "erased", ["street"] = null });
        entry.Keys[0].Format.ShouldBe("raw");
        entry.Keys[0].PartitionKey!.Type.ShouldBe("S");
        (entry.After.Count, entry.Exemptions.Count, entry.IndexPauseSeconds, entry.Required).ShouldBe((0, 0, 30, false));
        Should.Throw<DataMapInvalid>(() => DataMapFile.Load(path));
    }

    private static DataMap Map(params DatastoreEntry[] entries) => new()
    {
        Controller = SampleProcessing.Controller,
        IdentityTypes = new Dictionary<string, IdentityTypeRules> { ["customer_id"] = new(), ["email"] = new() { CaseInsensitive = true } },
        Datastores = entries,
    };

    private static KeyMapping Key(string name, Func<KeyAttribute, KeyAttribute>? change = null) => new()
    {
        IdentityType = "customer_id",
        PartitionKey = change is null ? new KeyAttribute { Name = name } : change(new KeyAttribute { Name = name }),
    };

    private static BackupRecognition Copies(string pattern) => new() { RestoredNamePattern = pattern };

    private static ErasureAction Anonymise(string field, string? replacement) => new()
    {
        Kind = ErasureAction.Anonymise,
        Fields = new Dictionary<string, string?> { [field] = replacement },
    };
}
