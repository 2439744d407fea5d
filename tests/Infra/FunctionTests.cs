using ServerlessGdpr.Functions.Datastores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class FunctionTests(SynthesizedApp app)
{
    private const string Requests = "REQUESTS_TABLE=RequestsTable";
    private const string Vault = "VAULT_TABLE=VaultTable";
    private const string Ledger = "LEDGER_TABLE=LedgerTable";
    private const string Evidence = "EVIDENCE_BUCKET=EvidenceBucket";
    private const string Exports = "EXPORT_BUCKET=ExportBucket";
    private const string Replay = "REPLAY_WORKFLOW";
    private const string IdentityKey = "IDENTITY_KEY=IdentityKey.Arn";
    private readonly Template workflow = app.Local.Workflow;

    [Theory]
    [InlineData("ReceiveRequest", 60, 256, Requests, Vault, IdentityKey, "MAC_KEY=MacKey.Arn", "EVENT_BUS", "ERASURE_WORKFLOW", "ACCESS_WORKFLOW", Replay)]
    [InlineData("ReceiveRestore", 60, 256, Requests, "EVENT_BUS", Replay, "RESTORE_ACCOUNTS=000000000000")]
    [InlineData("DrainDeadLetters", 60, 256, Requests, Vault, IdentityKey, "EVENT_BUS")]
    [InlineData("PlanErasure", 60, 256, Requests, Vault, Ledger, Evidence, "EVENT_BUS")]
    [InlineData("AdvanceErasure", 60, 256, Requests, Vault, Ledger, Evidence, "EVENT_BUS")]
    [InlineData("AskOperator", 30, 256, Requests, "EVENT_BUS")]
    [InlineData("CompleteRequest", 60, 256, Requests, Vault, Ledger, Evidence, "EVENT_BUS")]
    [InlineData("WatchDeadlines", 300, 256, Requests, Ledger, Evidence, "EVENT_BUS", "ERASURE_WORKFLOW", "ACCESS_WORKFLOW", Replay)]
    [InlineData("PlanAccess", 300, 256, Requests, "EVENT_BUS")]
    [InlineData("RecordExports", 300, 256, Requests)]
    [InlineData("PackageBundle", 900, 512, Requests, Exports, "BUNDLE_DAYS=7")]
    [InlineData("CompleteAccess", 300, 256, Requests, Vault, Evidence, Exports, "EVENT_BUS")]
    [InlineData("LinkBundle", 300, 256, Requests, Evidence, Exports)]
    [InlineData("KeepMemory", 900, 256, Requests, Ledger, Evidence)]
    [InlineData("CheckLedger", 900, 256, Requests, Ledger, Evidence)]
    [InlineData("RebuildLedger", 900, 256, Ledger, Evidence)]
    [InlineData("ReconcileRestores", 900, 256, Requests, Replay)]
    [InlineData("BeginReplay", 300, 512, Requests)]
    [InlineData("ResolveRestore", 300, 512, Requests, "EVENT_BUS", "RESTORE_ACCOUNTS=000000000000")]
    [InlineData("PlanReplay", 300, 512, Requests, "EVENT_BUS", Ledger, Evidence, "PAGES_BUCKET")]
    [InlineData("RecordReplay", 300, 512, Requests, "EVENT_BUS", "PAGES_BUCKET")]
    [InlineData("DeclareRestore", 300, 512, Requests, "EVENT_BUS")]
    [InlineData("AskAboutRestore", 300, 512, Requests, "EVENT_BUS")]
    [InlineData("ExtendMemory", 300, 512, Requests, "EVENT_BUS", Ledger, Evidence)]
    public void A_function_gets_the_settings_its_handler_reads(string handler, int timeout, int memory, params string[] variables)
    {
        var function = Functions(handler).Single();

        function["Timeout"]!.GetValue<int>().ShouldBe(timeout);
        function["MemorySize"]!.GetValue<int>().ShouldBe(memory);
        Variables(function).ShouldBe(Expected(variables), ignoreOrder: true);
    }

    [Fact]
    public void Each_datastore_has_a_function_that_knows_its_name()
    {
        var functions = Functions("Datastore").ToList();

        functions.Select(function => workflow.Text(function["Environment"]!["Variables"]!["DATASTORE"])).ShouldBe(["customers", "orders", "uploads"], ignoreOrder: true);
        foreach (var function in functions)
        {
            function["Timeout"]!.GetValue<int>().ShouldBe(900);
            function["MemorySize"]!.GetValue<int>().ShouldBe(512);
            Variables(function).Where(variable => !variable.StartsWith("DATASTORE=")).ShouldBe(Expected([Vault, Ledger, Exports]), ignoreOrder: true);
        }
    }

    [Fact]
    public void All_functions_run_the_same_binary_traced_with_logs_of_their_own()
    {
        var functions = workflow.OfType("AWS::Lambda::Function");

        functions.ShouldAllBe(function => function["Runtime"]!.GetValue<string>() == "provided.al2023");
        functions.ShouldAllBe(function => workflow.Text(function["Architectures"]) == "[x86_64]");
        functions.ShouldAllBe(function => workflow.Text(function["TracingConfig"]) == "{Mode: Active}");
        functions.Select(function => workflow.Text(function["Code"])).Distinct().ShouldHaveSingleItem();
        functions.Select(function => workflow.Text(function["LoggingConfig"]!["LogGroup"])).ShouldBeUnique();
        workflow.OfType("AWS::Logs::LogGroup").ShouldAllBe(group => group["RetentionInDays"]!.GetValue<int>() == 90);
    }

    [Fact]
    public void The_binary_is_deployed_without_its_symbols_and_with_a_data_map_that_spells_every_default_out()
    {
        Directory.EnumerateFiles(app.Local.FunctionAsset).Select(Path.GetFileName).ShouldBe(["bootstrap", "datastores.json"], ignoreOrder: true);

        var customers = DataMapFile.Load(Path.Combine(app.Local.FunctionAsset, "datastores.json")).Datastores.Single(entry => entry.Name == "customers");
        customers.Keys[0].Format.ShouldBe("raw");
        customers.Keys[0].PartitionKey!.Type.ShouldBe("S");
        customers.IndexPauseSeconds.ShouldBe(30);
        customers.Exemptions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("WatchDeadlines", "rate(1 hour)")]
    [InlineData("KeepMemory", "rate(1 hour)")]
    [InlineData("ReconcileRestores", "rate(1 hour)")]
    [InlineData("CheckLedger", "rate(1 day)")]
    public void What_nobody_asks_for_is_done_by_the_clock(string handler, string rate)
    {
        var arn = $"{Functions(handler).Single().Id}.Arn";

        var schedule = workflow.OfType("AWS::Scheduler::Schedule").Single(schedule => workflow.Text(schedule["Target"]!["Arn"]) == arn);
        schedule["ScheduleExpression"]!.GetValue<string>().ShouldBe(rate);
    }

    private IEnumerable<Resource> Functions(string handler) =>
        workflow.OfType("AWS::Lambda::Function").Where(function => function["Handler"]!.GetValue<string>() == handler);

    private IEnumerable<string> Variables(Resource function) =>
        function["Environment"]!["Variables"]!.AsObject().Select(variable => $"{variable.Key}={workflow.Text(variable.Value)}");

    private IEnumerable<string> Expected(IEnumerable<string> variables) => variables
        .Select(variable => variable switch
        {
            "EVENT_BUS" => $"EVENT_BUS={workflow.OfType("AWS::Events::EventBus").Single().Id}.Name",
            "ERASURE_WORKFLOW" => $"ERASURE_WORKFLOW={workflow.Find("AWS::StepFunctions::StateMachine", "Erasure").Id}.Arn",
            "ACCESS_WORKFLOW" => $"ACCESS_WORKFLOW={workflow.Find("AWS::StepFunctions::StateMachine", "Access").Id}.Arn",
            "REPLAY_WORKFLOW" => $"REPLAY_WORKFLOW={workflow.Find("AWS::StepFunctions::StateMachine", "Replay").Id}.Arn",
            "PAGES_BUCKET" => $"PAGES_BUCKET={workflow.Find("AWS::S3::Bucket", "ReplayPages").Id}",
            _ => variable,
        })
        .Concat(["POWERTOOLS_SERVICE_NAME=serverless-gdpr", "LOG_LEVEL=Information"]);
}
