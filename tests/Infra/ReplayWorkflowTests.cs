using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Replay;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class ReplayWorkflowTests(SynthesizedApp app) : WorkflowContract(app, "ReplayWorkflow")
{
    private static readonly string[] Tables = ["shop-customers", "shop-customers-restored*", "shop-orders", "shop-orders-restored*"];

    private JsonNode Map => Definition["States"]!["Replay everyone selected"]!;

    private JsonObject Batch => Map["ItemProcessor"]!["States"]!.AsObject();

    [Fact]
    public override void What_remains_after_a_month_without_a_decision_is_asked_again()
    {
        ShouldAskAgain("Look again without an answer").ShouldBeNull();

        Definition["States"]!["Ask an operator"]!["TimeoutSecondsPath"]!.GetValue<string>().ShouldBe("$.askSeconds");
        new ReplayState { RestoreId = "r", Attempt = 0, Next = ReplaySteps.Ask, Step = "1" }.AskSeconds.ShouldBe(30 * 24 * 60 * 60);
        var look = Definition["States"]!["Look again without an answer"]!;
        (look["Result"]!["decision"]!.GetValue<string>(), look["Next"]!.GetValue<string>()).ShouldBe((RestoreDecisionEvent.Retry, "Apply the operator's decision"));
    }

    [Fact]
    public void A_batch_that_fails_never_stops_the_others()
    {
        Map["ToleratedFailurePercentage"]!.GetValue<int>().ShouldBe(100);
        Batch.Where(state => state.Value!["Type"]!.GetValue<string>() == "Task").ShouldAllBe(task =>
            IsEveryError(task.Value!["Catch"]![0]!) && Batch[task.Value["Catch"]![0]!["Next"]!.GetValue<string>()]!["Type"]!.GetValue<string>() == "Pass");
    }

    [Fact]
    public void Batches_may_take_longer_than_the_five_minutes_of_an_express_execution() =>
        Map["ItemProcessor"]!["ProcessorConfig"]!.ToJsonString().ShouldBe("""{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"}""");

    [Fact]
    public void A_batch_ends_with_counts_and_names_of_failures_only()
    {
        Batch["The batch is done"]!["Parameters"]!.AsObject().Select(field => field.Key)
            .ShouldBe(["replayId.$", "outcome.$", "erased.$", "remaining.$", "newer.$", "unproven.$", "exempt.$", "exemptUntil.$", "isTakenUp.$"]);
        Batch["Leave the batch to the next sweep"]!["Parameters"]!.AsObject().Select(field => field.Key).ShouldBe(["replayId.$", "erasedBefore.$", "error.$"]);
    }

    [Fact]
    public void The_ledger_remembers_a_batchs_people_before_anything_of_it_can_fail()
    {
        Map["ItemProcessor"]!["StartAt"]!.GetValue<string>().ShouldBe("Remember these people for longer");
        Batch["Remember these people for longer"]!["Next"]!.GetValue<string>().ShouldBe("Erase the batch");
        Batch["Is there more to verify?"]!["Default"]!.GetValue<string>().ShouldBe("The batch is done");
        Batch["Is there more to verify a second time?"]!["Default"]!.GetValue<string>().ShouldBe("The batch is done");
    }

    [Fact]
    public void The_quarantine_is_lifted_only_on_the_way_to_the_declaration()
    {
        var states = Definition["States"]!.AsObject();

        states.Where(state => state.Value!["Resource"]?.GetValue<string>().EndsWith(":deleteResourcePolicy", StringComparison.Ordinal) is true)
            .Select(state => state.Key).ShouldBe(["Allow reading the restored table"]);
        NextOf("release").ShouldBe("Is there a quarantine to lift?");
        states["Allow reading the restored table"]!["Next"]!.GetValue<string>().ShouldBe("Mark what became of the restored table");
        states["Mark what became of the restored table"]!["Next"]!.GetValue<string>().ShouldBe("Declare what became of the restore");
    }

    [Fact]
    public void Whom_the_ledger_had_forgotten_is_selected_once_its_index_knows_them_again()
    {
        var states = Definition["States"]!.AsObject();
        var rebuild = states["Bring the ledger up to its copies"]!;
        var choice = states[rebuild["Next"]!.GetValue<string>()]!;
        var restored = choice["Choices"]!.AsArray().ShouldHaveSingleItem()!;
        var wait = states[restored["Next"]!.GetValue<string>()]!;

        rebuild["ResultSelector"]!["restored.$"]!.GetValue<string>().ShouldBe("$.Payload.restored");
        (restored["Variable"]!.GetValue<string>(), restored["NumericGreaterThan"]!.GetValue<int>()).ShouldBe(("$.ledger.restored", 0));
        wait["SecondsPath"]!.GetValue<string>().ShouldBe("$.ledger.pauseSeconds");
        rebuild["ResultSelector"]!["pauseSeconds"]!.GetValue<int>().ShouldBe(states["Record the page"]!["Parameters"]!["Payload"]!["pauseSeconds"]!.GetValue<int>());
        choice["Default"]!.GetValue<string>().ShouldBe(wait["Next"]!.GetValue<string>());
        wait["Next"]!.GetValue<string>().ShouldBe("Is the whole ledger compared?");
    }

    [Fact]
    public void A_policy_that_a_tables_owner_put_since_the_quarantine_was_lifted_stays()
    {
        var states = Definition["States"]!.AsObject();
        var lifted = states["Is there a quarantine to lift?"]!["Choices"]!.AsArray().Single(choice => choice!["Variable"]!.GetValue<string>() == "$.quarantine.isLifted")!;

        (lifted["BooleanEquals"]!.GetValue<bool>(), lifted["Next"]!.GetValue<string>()).ShouldBe((true, "Mark what became of the restored table"));
    }

    [Theory]
    [InlineData("dynamodb:DescribeTable", "")]
    [InlineData("dynamodb:DescribeBackup", "/backup/*")]
    [InlineData("dynamodb:PutResourcePolicy dynamodb:DeleteResourcePolicy dynamodb:TagResource", "")]
    public void The_workflow_reaches_tables_by_their_registered_names_and_by_the_patterns_of_their_copies_only(string actions, string below)
    {
        var statements = Workflow.StatementsOf(Workflow.Find("AWS::IAM::Role", "ReplayRole").Id);

        foreach (var action in actions.Split(' '))
        {
            statements.Where(statement => statement.Actions.Contains(action)).SelectMany(statement => statement.Resources)
                .ShouldBe(Tables.Select(name => $"arn:aws:dynamodb:eu-west-1:000000000000:table/{name}{below}"), ignoreOrder: true);
        }

        statements.SelectMany(statement => statement.Actions).Where(action => action.StartsWith("dynamodb:", StringComparison.Ordinal)).Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public void A_bucket_is_marked_before_anyone_is_selected_and_after_it_is_declared_and_a_mark_that_fails_stops_nothing()
    {
        var states = Definition["States"]!.AsObject();

        NextOf("mark").ShouldBe("Mark the restored bucket as pending");
        states["Declare what became of the restore"]!["Next"]!.GetValue<string>().ShouldBe("Is there a bucket to mark?");
        foreach (var (name, next) in new[]
        {
            ("Mark the restored bucket as pending", "Begin with the first copies of the ledger"), ("Mark what became of the restored bucket", "What comes next?"),
        })
        {
            states[name]!["Next"]!.GetValue<string>().ShouldBe(next);
            var caught = states[name]!["Catch"]!.AsArray().ShouldHaveSingleItem()!;
            IsEveryError(caught).ShouldBeTrue();
            caught["Next"]!.GetValue<string>().ShouldBe(next);
        }
    }

    [Fact]
    public void One_function_tags_buckets_and_only_those_with_the_names_of_copies()
    {
        var tagging = Workflow.OfType("AWS::IAM::Role").SelectMany(role => Workflow.StatementsOf(role.Id).Select(statement => (role.Id, Statement: statement)))
            .Where(one => one.Statement.Actions.Any(action => action.EndsWith("BucketTagging", StringComparison.Ordinal))).ShouldHaveSingleItem();

        tagging.Id.ShouldStartWith("ReplayMarkBucket");
        tagging.Statement.Actions.ShouldBe(["s3:GetBucketTagging", "s3:PutBucketTagging"]);
        tagging.Statement.Resources.ShouldBe(["arn:aws:s3:::shop-uploads-restored*"]);
    }

    private string NextOf(string answer) => Definition["States"]!["What comes next?"]!["Choices"]!.AsArray()
        .Single(branch => branch!["StringEquals"]!.GetValue<string>() == answer)!["Next"]!.GetValue<string>();
}
