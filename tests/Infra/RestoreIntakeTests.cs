using System.Text.Json.Nodes;
using ServerlessGdpr.Local.EventBridge;
using ServerlessGdpr.Tests.Restores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

[Collection(typeof(SynthesizedAppCollection))]
public sealed class RestoreIntakeTests(SynthesizedApp app)
{
    private static readonly string[] Dropped = ["backup-copy-job", "rds-event-0006", "s3-object-created", "s3-object-thawed-other", "trail-dynamodb-update-table"];

    private readonly Template workflow = app.Local.Workflow;

    public static TheoryData<string> Samples => [.. RestoreSamples.Names];

    private IReadOnlyList<Resource> Rules => [.. workflow.OfType("AWS::Events::Rule").Where(rule => rule.Id.StartsWith("Restores", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_is_taken_in_once_unless_it_can_tell_of_no_restore(string name)
    {
        using var sample = System.Text.Json.JsonDocument.Parse(RestoreIntakeHarness.Sample(name));

        Rules.Count(rule => EventPattern.Parse(Resolved(rule["EventPattern"]!)!.ToJsonString()).Matches(sample.RootElement)).ShouldBe(Dropped.Contains(name) ? 0 : 1);
    }

    [Fact]
    public void Restores_are_told_on_the_default_bus_and_go_to_one_queue()
    {
        Rules.Count.ShouldBe(7);
        foreach (var rule in Rules)
        {
            rule["EventBusName"].ShouldBeNull();
            var target = rule["Targets"]!.AsArray().ShouldHaveSingleItem()!;
            workflow.Text(target["Arn"]).ShouldStartWith("RestoresQueue");
            workflow.Text(target["DeadLetterConfig"]!["Arn"]).ShouldStartWith("RestoresRuleDeadLetters");
        }
    }

    [Fact]
    public void Replays_that_fail_are_taken_in() => workflow.Text(workflow.Find("AWS::Events::Rule", "RestoresFailedExecutions")["EventPattern"]).ShouldBe(
        "{source: [aws.states], detail-type: [Step Functions Execution Status Change], "
        + $"detail: {{stateMachineArn: [{workflow.Find("AWS::StepFunctions::StateMachine", "Replay").Id}.Arn], status: [FAILED, TIMED_OUT, ABORTED]}}}}");

    /// <summary>References stand for the text that they become.</summary>
    private JsonNode? Resolved(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } call when call["Fn::GetAtt"] is not null => workflow.Text(call),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Resolved(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Resolved)]),
        _ => node?.DeepClone(),
    };
}
