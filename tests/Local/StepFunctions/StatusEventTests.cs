using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class StatusEventTests
{
    [Fact]
    public async Task The_start_and_the_end_of_an_execution_are_put_on_the_default_bus()
    {
        var bus = new FakeBus();
        await using var cloud = new StateMachineHarness(buses: bus);

        var execution = await cloud.RunAsync("""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"Next":"F"},"F":{"Type":"Fail","Error":"E","Cause":"C"}}}""", """{"a":1}""");
        await cloud.RestAsync();

        bus.Events.Select(put => (put.Source, put.Type, put.Resource)).ShouldBe(Enumerable.Repeat(("aws.states", "Step Functions Execution Status Change", execution.Arn), 2));
        bus.Events[0].Detail["status"]!.GetValue<string>().ShouldBe("RUNNING");
        bus.Events[1].Detail.ToJsonString().ShouldBe(JsonNode.Parse($$"""
            {"executionArn":"{{execution.Arn}}","stateMachineArn":"{{execution.Machine.Arn}}","name":"{{execution.Name}}","status":"FAILED","startDate":1769860800000,"stopDate":1769860801000,
             "input":"{\u0022a\u0022:1}","output":null,"stateMachineVersionArn":null,"stateMachineAliasArn":null,"redriveCount":0,"redriveDate":null,"redriveStatus":"REDRIVABLE",
             "redriveStatusReason":null,"inputDetails":{"included":true},"outputDetails":null,"error":"E","cause":"C"}
            """)!.ToJsonString());
    }

    [Fact]
    public async Task A_bus_that_refuses_does_not_disturb_the_execution()
    {
        var bus = new FakeBus { Refuses = true };
        await using var cloud = new StateMachineHarness(buses: bus);

        var execution = await cloud.RunAsync("""{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}""");

        execution.Standing.StatusName.ShouldBe("SUCCEEDED");
        cloud.Get<BackgroundWork>().Faults.ShouldBeEmpty();
    }

    private sealed class FakeBus : IEventBuses
    {
        public bool Refuses { get; init; }

        public List<(string Source, string Type, string Resource, JsonObject Detail)> Events { get; } = [];

        public Task PutAwsEventAsync(string source, string detailType, JsonObject detail, IEnumerable<string> resources, CancellationToken cancellation)
        {
            if (Refuses) throw new AwsError("InternalException", "no", 500);
            Events.Add((source, detailType, resources.Single(), detail));
            return Task.CompletedTask;
        }
    }
}
