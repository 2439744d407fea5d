using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

/// <summary>Backups may be restored in another region and in another account.</summary>
[Collection(typeof(SynthesizedAppCollection))]
public sealed class ForwarderTests(SynthesizedApp app)
{
    private const string Nearby = "ServerlessGdpr-Forwarder-eu-central-1";
    private const string Foreign = "ServerlessGdpr-Forwarder-222233334444-eu-west-1";
    private const string MainBus = "arn:aws:events:eu-west-1:111122223333:event-bus/default";

    [Fact]
    public void There_is_a_forwarder_wherever_backups_may_be_restored_but_for_the_systems_own_place()
    {
        app.Spread.Stacks.Where(stack => stack.Contains("Forwarder")).ShouldBe(
            ["ServerlessGdpr-Forwarder-222233334444-eu-central-1", Foreign, Nearby], ignoreOrder: true);
        app.Production.Stacks.ShouldNotContain(stack => stack.Contains("Forwarder"));
    }

    [Theory]
    [InlineData(Nearby)]
    [InlineData(Foreign)]
    public void What_tells_of_restores_there_is_told_on_the_systems_default_bus(string name)
    {
        var stack = app.Spread.Stack(name);
        var own = app.Spread.Workflow.OfType("AWS::Events::Rule").Where(rule => rule.Id.StartsWith("Restores", StringComparison.Ordinal))
            .Select(rule => app.Spread.Workflow.Text(rule["EventPattern"])).ToList();

        var rules = stack.OfType("AWS::Events::Rule");
        rules.Count.ShouldBe(5);
        rules.ShouldAllBe(rule => rule["EventBusName"] == null);
        rules.Select(rule => stack.Text(rule["EventPattern"])).ShouldBeSubsetOf(own);
        foreach (var target in rules.Select(rule => rule["Targets"]!.AsArray().ShouldHaveSingleItem()!))
        {
            stack.Text(target["Arn"]).ShouldBe(MainBus);
            target["RoleArn"].ShouldNotBeNull();
            target["DeadLetterConfig"].ShouldNotBeNull();
        }
    }

    [Fact]
    public void Events_that_name_objects_stay_where_they_are() =>
        app.Spread.Stack(Nearby).OfType("AWS::Events::Rule").ShouldAllBe(rule => !rule["EventPattern"]!.ToJsonString().Contains("aws.s3"));

    [Fact]
    public void A_forwarder_may_put_events_on_that_bus_and_do_nothing_else()
    {
        var stack = app.Spread.Stack(Nearby);

        var statement = stack.StatementsOf(stack.OfType("AWS::IAM::Role").Single().Id).ShouldHaveSingleItem();
        statement.Actions.ShouldBe(["events:PutEvents"]);
        statement.Resources.ShouldBe([MainBus]);
    }

    [Fact]
    public void Another_account_may_tell_of_restores_and_of_nothing_else()
    {
        var policy = app.Spread.Workflow.OfType("AWS::Events::EventBusPolicy").Single(policy => policy["EventBusName"]!.ToString() == "default");

        var text = app.Spread.Workflow.Text(policy["Statement"]);
        text.ShouldContain("222233334444");
        text.ShouldContain("{ForAllValues:StringEquals: {events:source: [aws.backup, aws.dynamodb, aws.rds, aws.redshift]}, Null: {events:source: false}}");
        app.Production.Workflow.OfType("AWS::Events::EventBusPolicy").ShouldAllBe(other => other["EventBusName"]!.ToString() != "default");
    }

    [Fact]
    public void Restores_of_the_other_account_are_taken_in() => app.Spread.Workflow.OfType("AWS::Lambda::Function")
        .Select(function => function["Environment"]!["Variables"]!["RESTORE_ACCOUNTS"]?.ToString()).OfType<string>().Distinct().ShouldBe(["111122223333,222233334444"]);
}
