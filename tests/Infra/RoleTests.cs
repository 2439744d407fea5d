using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class RoleTests(SynthesizedApp app)
{
    private readonly Template workflow = app.Local.Workflow;

    private IEnumerable<Statement> All => workflow.OfType("AWS::IAM::Role").SelectMany(role => workflow.StatementsOf(role.Id));

    [Fact]
    public void Only_traces_log_delivery_and_lists_which_know_no_resources_are_allowed_on_everything()
    {
        string[] withoutResources = ["logs", "xray", "backup"];
        string[] lists = ["dynamodb:ListBackups", "dynamodb:ListTables"];

        var onEverything = All.Where(statement => statement.Resources.Contains("*")).SelectMany(statement => statement.Actions).Distinct().ToList();

        onEverything.ShouldNotBeEmpty();
        onEverything.ShouldAllBe(action => withoutResources.Contains(action.Split(':', 2)[0]) || lists.Contains(action));
        workflow.OfType("AWS::IAM::Role").Where(role => workflow.StatementsOf(role.Id).Any(statement =>
            statement.Resources.Contains("*") && statement.Actions.Any(action => action.StartsWith("logs:", StringComparison.Ordinal)))).Count().ShouldBe(3, "one role for each workflow");
    }

    [Fact]
    public void No_role_is_allowed_a_pattern_of_actions() => All.SelectMany(statement => statement.Actions).ShouldAllBe(action => !action.Contains('*'));

    [Fact]
    public void No_role_has_a_policy_that_AWS_manages() => workflow.OfType("AWS::IAM::Role").ShouldAllBe(role => role["ManagedPolicyArns"] == null);

    [Fact]
    public void Every_function_has_a_role_of_its_own()
    {
        var roles = workflow.OfType("AWS::Lambda::Function").Select(function => workflow.Text(function["Role"])).ToList();

        roles.Count.ShouldBe(28);
        roles.ShouldBeUnique();
    }

    [Fact]
    public void Only_datastores_functions_can_open_identities() => workflow.OfType("AWS::IAM::Role")
        .Where(role => workflow.StatementsOf(role.Id).Any(statement =>
            statement.Resources.Contains("IdentityKey.Arn") && statement.Actions.Contains("kms:Decrypt")))
        .ShouldAllBe(role => role.Id.StartsWith("Datastores", StringComparison.Ordinal));

    [Theory]
    [InlineData("IntakeReceiveRequest", "kms:GenerateDataKey")]
    [InlineData("IntakeDrainDeadLetters", "kms:GenerateDataKey")]
    [InlineData("StepsPlanErasure", null)]
    [InlineData("StepsAdvanceErasure", null)]
    [InlineData("StepsAskOperator", null)]
    [InlineData("StepsCompleteRequest", null)]
    [InlineData("AccessPlanAccess", null)]
    [InlineData("AccessPackageBundle", null)]
    [InlineData("AccessCompleteAccess", null)]
    [InlineData("AccessLinkBundle", null)]
    [InlineData("DeadlinesWatchDeadlines", null)]
    [InlineData("ReconcilerReconcileRestores", null)]
    [InlineData("LedgerKeepingKeepMemory", null)]
    [InlineData("LedgerKeepingCheckLedger", null)]
    [InlineData("LedgerKeepingRebuildLedger", null)]
    public void Others_seal_identities_or_do_not_touch_the_identity_key_at_all(string role, string? action) =>
        StatementsOf(role).Where(statement => statement.Resources.Contains("IdentityKey.Arn")).SelectMany(statement => statement.Actions)
            .ShouldBe(action is null ? [] : [action]);

    [Theory]
    [InlineData("IntakeReceiveRequest", "PutItem", "")]
    [InlineData("IntakeDrainDeadLetters", "PutItem", "{ForAllValues:StringLike: {dynamodb:LeadingKeys: @dead-letter#*}}")]
    [InlineData("StepsPlanErasure", "GetItem PutItem", "")]
    [InlineData("StepsAdvanceErasure", "DeleteItem", "")]
    [InlineData("StepsCompleteRequest", "DeleteItem", "")]
    [InlineData("AccessCompleteAccess", "DeleteItem", "")]
    public void In_the_vault_a_function_does_one_thing(string role, string actions, string condition)
    {
        var vault = StatementsOf(role).Single(statement => statement.Resources.Contains("VaultTable.Arn"));

        vault.Actions.ShouldBe(actions.Split(' ').Select(action => $"dynamodb:{action}"));
        vault.Condition.ShouldBe(condition);
    }

    [Theory]
    [InlineData("StepsAskOperator")]
    [InlineData("AccessPlanAccess")]
    [InlineData("AccessRecordExports")]
    [InlineData("AccessPackageBundle")]
    [InlineData("AccessLinkBundle")]
    [InlineData("DeadlinesWatchDeadlines")]
    [InlineData("ReconcilerReconcileRestores")]
    [InlineData("LedgerKeepingKeepMemory")]
    [InlineData("LedgerKeepingCheckLedger")]
    [InlineData("LedgerKeepingRebuildLedger")]
    public void Who_has_no_business_in_the_vault_does_not_reach_it(string role) =>
        StatementsOf(role).ShouldAllBe(statement => !statement.Resources.Contains("VaultTable.Arn"));

    [Fact]
    public void Intake_starts_workflows_and_passes_an_operators_decision_on() =>
        StatementsOf("IntakeReceiveRequest").Single(statement => statement.Actions.Contains("states:StartExecution"))
            .ShouldSatisfyAllConditions(
                statement => statement.Actions.ShouldBe(["states:SendTaskSuccess", "states:StartExecution"]),
                statement => statement.Resources.ShouldBe([Machine("Erasure"), Machine("Access"), Replay], ignoreOrder: true));

    [Fact]
    public void The_watch_may_ask_how_the_workflows_executions_stand() =>
        StatementsOf("DeadlinesWatchDeadlines").Single(statement => statement.Actions.Contains("states:DescribeExecution"))
            .Resources.Count.ShouldBe(3, "all executions of each workflow");

    [Fact]
    public void The_intake_of_restores_starts_replays_and_reaches_neither_identities_nor_ledger()
    {
        var statements = StatementsOf("RestoresReceiveRestore");

        statements.Single(statement => statement.Actions.Contains("states:StartExecution")).Resources.ShouldBe([Replay]);
        statements.ShouldAllBe(statement => !statement.Resources.Contains("VaultTable.Arn") && !statement.Resources.Contains("LedgerTable.Arn"));
        statements.ShouldAllBe(statement => !statement.Resources.Contains("IdentityKey.Arn"));
    }

    [Fact]
    public void Evidence_is_written_and_locked_and_never_deleted()
    {
        var evidence = All.Where(statement => statement.Resources.Any(resource => resource.StartsWith("EvidenceBucket.", StringComparison.Ordinal))).ToList();

        var listing = evidence.Where(statement => statement.Actions.Contains("s3:ListBucketVersions")).ToList();
        listing.Count.ShouldBe(10);
        listing.ShouldAllBe(statement => statement.Actions.Count == 1 && statement.Condition.StartsWith("{StringLike: {s3:prefix: "));

        var writing = evidence.Except(listing).Where(statement => !statement.Actions.Contains("s3:GetObjectVersion")).ToList();
        writing.Count.ShouldBe(8);
        writing.ShouldAllBe(statement => statement.Resources.All(resource => resource.EndsWith("/ledger/*") || resource.EndsWith("/certificates/*")));
        writing.SelectMany(statement => statement.Actions).Distinct()
            .ShouldBe(["s3:GetObjectRetention", "s3:PutObject", "s3:PutObjectRetention"], ignoreOrder: true);
    }

    [Fact]
    public void Exports_are_read_by_who_packs_them_and_bundles_by_who_hands_them_out()
    {
        var readers = workflow.OfType("AWS::IAM::Role").SelectMany(role => workflow.StatementsOf(role.Id)
            .Where(statement => statement.Actions.Contains("s3:GetObject"))
            .SelectMany(statement => statement.Resources.Where(resource => resource.StartsWith("ExportBucket", StringComparison.Ordinal)).Select(resource => (Role: role.Id, resource))));

        readers.Select(reader => (reader.Role[..reader.Role.IndexOf("Role", StringComparison.Ordinal)], reader.resource)).ShouldBe(
            [("AccessPackageBundle", "ExportBucket.Arn/parts/*"), ("AccessLinkBundle", "ExportBucket.Arn/bundles/*")], ignoreOrder: true);
        workflow.OfType("AWS::IAM::Role").Where(role => workflow.StatementsOf(role.Id).Any(statement => statement.Resources.Contains("ExportKey.Arn") && statement.Actions.Contains("kms:Decrypt")))
            .ShouldAllBe(role => role.Id.StartsWith("AccessPackageBundle") || role.Id.StartsWith("AccessLinkBundle") || role.Id.StartsWith("Datastores"));
    }

    [Fact]
    public void The_reconciler_lists_and_describes_and_reaches_no_datastore()
    {
        var statements = StatementsOf("ReconcilerReconcileRestores");

        statements.Where(statement => statement.Resources.Any(resource => resource.Contains(":table/"))).SelectMany(statement => statement.Actions).Distinct()
            .ShouldBe(["dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable"], ignoreOrder: true);
        statements.Where(statement => statement.Resources.Contains("RequestsTable.Arn")).ShouldAllBe(statement => statement.Condition.Contains("dynamodb:LeadingKeys"));
        statements.Single(statement => statement.Actions.Contains("states:StartExecution")).Resources.ShouldBe([Replay]);
    }

    [Theory]
    [InlineData("LedgerKeepingCheckLedger", "dynamodb:BatchGetItem")]
    [InlineData("LedgerKeepingRebuildLedger", "dynamodb:BatchGetItem dynamodb:PutItem")]
    public void Who_compares_the_ledger_with_its_copies_reads_them_and_writes_none(string role, string actions)
    {
        var statements = StatementsOf(role);

        statements.Single(statement => statement.Resources.Contains("LedgerTable.Arn")).Actions.ShouldBe(actions.Split(' '));
        statements.Where(statement => statement.Resources.Contains("EvidenceBucket.Arn/ledger/*")).SelectMany(statement => statement.Actions)
            .ShouldBe(["s3:GetObjectRetention", "s3:GetObjectVersion"]);
        All.Count(statement => statement.Actions.Contains("s3:GetObjectVersion") && statement.Resources.Any(resource => resource.StartsWith("EvidenceBucket", StringComparison.Ordinal)))
            .ShouldBe(2, "nobody else reads evidence");
    }

    [Fact]
    public void The_workflow_invokes_its_own_functions_only()
    {
        var invoked = workflow.StatementsOf(workflow.Find("AWS::IAM::Role", "ErasureRole").Id).Single(statement => statement.Actions.Contains("lambda:InvokeFunction"));

        invoked.Resources.Count.ShouldBe(7);
        invoked.Resources.ShouldAllBe(resource => resource.StartsWith("Steps") || resource.StartsWith("Datastores"));
    }

    [Fact]
    public void A_function_publishes_as_the_system_and_as_nobody_else()
    {
        var publishing = All.Where(statement => statement.Actions.Contains("events:PutEvents")).ToList();

        publishing.Count.ShouldBe(16);
        publishing.ShouldAllBe(statement => statement.Condition == "{ForAllValues:StringEquals: {events:source: serverless-gdpr}}");
    }

    private string Replay => Machine("Replay");

    private string Machine(string name) => $"{workflow.Find("AWS::StepFunctions::StateMachine", name).Id}.Arn";

    private IReadOnlyList<Statement> StatementsOf(string role) => workflow.StatementsOf(workflow.Find("AWS::IAM::Role", role).Id);
}
