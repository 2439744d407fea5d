using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class DatastoreRoleTests(SynthesizedApp app)
{
    private const string Customers = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers";
    private const string Orders = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders";
    private const string Uploads = "arn:aws:s3:::shop-uploads";
    private readonly Template workflow = app.Local.Workflow;

    [Theory]
    [InlineData("customers", Customers, $"{Customers}-restored*")]
    [InlineData("orders", Orders, $"{Orders}/index/by-email", $"{Orders}-restored*", $"{Orders}-restored*/index/by-email")]
    [InlineData("uploads", Uploads, $"{Uploads}/customers/*", $"{Uploads}-restored*", $"{Uploads}-restored*/customers/*")]
    public void A_datastores_function_reaches_its_own_datastore_its_copies_and_its_memory_and_nothing_else(string datastore, params string[] own)
    {
        string[] shared = ["IdentityKey.Arn", "StorageKey.Arn", "VaultTable.Arn", "LedgerTable.Arn", $"{LogGroup(datastore)}.Arn", $"ExportBucket.Arn/parts/{datastore}/*", "ExportKey.Arn"];

        Statements(datastore).Where(statement => !statement.Actions[0].StartsWith("xray:", StringComparison.Ordinal))
            .SelectMany(statement => statement.Resources).Distinct()
            .ShouldBe(own.Concat(shared), ignoreOrder: true);
    }

    [Theory]
    [InlineData("customers", Customers)]
    [InlineData("orders", Orders)]
    [InlineData("uploads", Uploads)]
    public void In_a_copy_it_may_do_what_it_may_in_the_datastore(string datastore, string location)
    {
        foreach (var statement in Statements(datastore).Where(statement => statement.Resources.Any(resource => resource.StartsWith(location, StringComparison.Ordinal))))
        {
            // A copy is erased from and never exported: nobody reads an object's content in it.
            if (statement.Actions.All(action => action is "s3:GetObject" or "s3:GetObjectVersion")) continue;
            var own = statement.Resources.Where(resource => !resource.Contains("-restored*", StringComparison.Ordinal)).ToList();
            statement.Resources.Except(own).ShouldBe(own.Select(resource => resource.Replace(location, $"{location}-restored*", StringComparison.Ordinal)), ignoreOrder: true);
        }
    }

    [Fact]
    public void Objects_of_a_copy_are_read_only_where_their_metadata_says_how_old_they_are()
    {
        const string bucket = "arn:aws:s3:::example-customer-uploads";
        var production = app.Production.Workflow;

        production.StatementsOf(production.Find("AWS::IAM::Role", "Datastoresuploads").Id).Single(statement => statement.Actions.Contains("s3:GetObjectVersion"))
            .Resources.ShouldBe([$"{bucket}/customers/*", $"{bucket}-restored*/customers/*"], ignoreOrder: true);
        Statements("uploads").Single(statement => statement.Actions.Contains("s3:GetObjectVersion")).Resources.ShouldBe([$"{Uploads}/customers/*"]);
    }

    [Theory]
    [InlineData("customers")]
    [InlineData("orders")]
    [InlineData("uploads")]
    public void In_the_ledger_it_reads_only_items_whose_key_begins_with_its_name(string datastore)
    {
        var ledger = Statements(datastore).Single(statement => statement.Resources.Contains("LedgerTable.Arn"));

        ledger.Actions.ShouldBe(["dynamodb:GetItem"]);
        ledger.Condition.ShouldBe($"{{ForAllValues:StringLike: {{dynamodb:LeadingKeys: {datastore}#*}}}}");
        workflow.Find("AWS::Lambda::Function", $"Datastores{datastore}")["Environment"]!["Variables"]!.AsObject().ShouldContainKey("LEDGER_TABLE");
    }

    [Theory]
    [InlineData("customers", "BatchGetItem BatchWriteItem DeleteItem DescribeTable Query")]
    [InlineData("orders", "BatchGetItem DescribeTable Query UpdateItem")]
    public void A_table_is_either_deleted_from_or_updated(string datastore, string actions) =>
        ActionsOn(datastore, "arn:aws:dynamodb:").ShouldBe(actions.Split(' ').Select(action => $"dynamodb:{action}"));

    [Fact]
    public void Of_a_bucket_only_objects_under_the_key_template_can_be_deleted_or_read()
    {
        var deletes = Statements("uploads").Single(statement => statement.Actions.Contains("s3:DeleteObjectVersion"));

        deletes.Resources.ShouldBe([$"{Uploads}/customers/*", $"{Uploads}-restored*/customers/*"], ignoreOrder: true);
        ActionsOn("uploads", "arn:aws:s3:").ShouldBe(
            [
                "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectLegalHold", "s3:GetObjectRetention",
                "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions",
            ]);
    }

    [Theory]
    [InlineData("customers")]
    [InlineData("orders")]
    [InlineData("uploads")]
    public void In_the_vault_it_reaches_only_items_whose_key_begins_with_its_name(string datastore)
    {
        var vault = Statements(datastore).Single(statement => statement.Resources.Contains("VaultTable.Arn"));

        vault.Resources.ShouldBe(["VaultTable.Arn"]);
        vault.Actions.ShouldBe(["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"]);
        vault.Condition.ShouldBe($"{{ForAllValues:StringLike: {{dynamodb:LeadingKeys: {datastore}#*}}}}");
    }

    [Theory]
    [InlineData("customers")]
    [InlineData("orders")]
    [InlineData("uploads")]
    public void It_opens_only_what_was_sealed_for_it(string datastore)
    {
        var identities = Statements(datastore).Single(statement => statement.Resources.Contains("IdentityKey.Arn"));

        identities.Actions.ShouldBe(["kms:Decrypt"]);
        identities.Condition.ShouldBe($"{{StringEquals: {{kms:EncryptionContext:datastore: {datastore}}}}}");
    }

    [Theory]
    [InlineData("customers")]
    [InlineData("uploads")]
    public void It_writes_exports_under_its_own_name_and_reads_none(string datastore) =>
        Statements(datastore).Single(statement => statement.Resources.Contains($"ExportBucket.Arn/parts/{datastore}/*"))
            .Actions.ShouldBe(["s3:AbortMultipartUpload", "s3:PutObject"]);

    [Fact]
    public void The_storage_key_serves_it_through_DynamoDB_only() =>
        Statements("uploads").Single(statement => statement.Resources.Contains("StorageKey.Arn"))
            .Condition.ShouldBe("{StringEquals: {kms:ViaService: dynamodb.eu-west-1.amazonaws.com}}");

    [Fact]
    public void Logs_are_read_under_their_prefix_and_neither_written_nor_deleted()
    {
        var spread = app.Spread.Workflow;
        var statements = spread.StatementsOf(spread.Find("AWS::IAM::Role", "Datastoresaccesslogs").Id);

        statements.Where(statement => statement.Resources.Any(resource => resource.StartsWith("arn:aws:s3:::example-logs", StringComparison.Ordinal)))
            .Select(statement => $"{string.Join(' ', statement.Actions)} {string.Join(' ', statement.Resources)} {statement.Condition}".TrimEnd())
            .ShouldBe(["s3:ListBucket arn:aws:s3:::example-logs {StringLike: {s3:prefix: web/*}}", "s3:GetObject arn:aws:s3:::example-logs/web/*"], ignoreOrder: true);
        var key = statements.Single(statement => statement.Resources.Contains("arn:aws:kms:eu-west-1:111122223333:key/1"));
        (string.Join(' ', key.Actions), key.Condition).ShouldBe(("kms:Decrypt", "{StringEquals: {kms:ViaService: s3.eu-west-1.amazonaws.com}}"));
        spread.Find("AWS::Lambda::Function", "Datastoresaccesslogs")["MemorySize"]!.GetValue<int>().ShouldBe(1769);
    }

    [Fact]
    public void The_data_maps_concurrency_limit_is_reserved()
    {
        var production = app.Production.Workflow;

        production.Find("AWS::Lambda::Function", "Datastorescustomers")["ReservedConcurrentExecutions"]!.GetValue<int>().ShouldBe(5);
        production.Find("AWS::Lambda::Function", "Datastoresuploads")["ReservedConcurrentExecutions"].ShouldBeNull();
    }

    private IReadOnlyList<Statement> Statements(string datastore) =>
        workflow.StatementsOf(workflow.Find("AWS::IAM::Role", $"Datastores{datastore}").Id);

    private string LogGroup(string datastore) => workflow.Find("AWS::Logs::LogGroup", $"Datastores{datastore}").Id;

    private IEnumerable<string> ActionsOn(string datastore, string arnPrefix) => Statements(datastore)
        .Where(statement => statement.Resources.Any(resource => resource.StartsWith(arnPrefix, StringComparison.Ordinal)))
        .SelectMany(statement => statement.Actions).Distinct().Order(StringComparer.Ordinal);
}
