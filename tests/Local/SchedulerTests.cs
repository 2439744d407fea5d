using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

public sealed class SchedulerTests : IAsyncLifetime
{
    private const string FunctionArn = "arn:aws:lambda:eu-west-1:000000000000:function:f";
    private Cloud cloud = null!;
    private RecordingFunctions functions = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await Clouds.StartAsync(Cancellation, services => services.AddSingleton<RecordingFunctions>().AddSingleton<IEventFunctions>(all => all.GetRequiredService<RecordingFunctions>()));
        functions = cloud.Get<RecordingFunctions>();
    }

    public ValueTask DisposeAsync() => cloud.DisposeAsync();

    [Fact]
    public async Task A_rate_fires_at_once_and_then_every_hour()
    {
        await DeployAsync("rate(1 hour)");

        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromHours(3), Cancellation);

        functions.Calls.Select(call => (call.At - Clouds.Start).TotalHours).ShouldBe([0, 1, 2, 3]);
        var input = JsonNode.Parse(functions.Calls[3].Payload)!;
        input["time"]!.GetValue<string>().ShouldBe("2026-01-31T13:00:00Z");
        input["source"]!.GetValue<string>().ShouldBe("aws.scheduler");
    }

    [Fact]
    public async Task An_instant_fires_once_with_the_given_input()
    {
        await DeployAsync(
            "at(2026-03-01T08:00:00)",
            """{"due":"<aws.scheduler.scheduled-time>","attempt":"<aws.scheduler.attempt-number>"}""",
            ("ScheduleExpressionTimezone", "Europe/Berlin"));

        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(60), Cancellation);

        var call = functions.Calls.ShouldHaveSingleItem();
        call.At.ShouldBe(new DateTimeOffset(2026, 3, 1, 7, 0, 0, TimeSpan.Zero));
        call.Payload.ShouldBe("""{"due":"2026-03-01T07:00:00Z","attempt":"1"}""");
    }

    [Fact]
    public async Task A_schedule_fires_between_its_start_and_its_end()
    {
        await DeployAsync("rate(1 day)", null, ("StartDate", "2026-02-02T00:00:00Z"), ("EndDate", "2026-02-04T00:00:00Z"));

        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(30), Cancellation);

        functions.Calls.Select(call => call.At.Day).ShouldBe([2, 3, 4]);
    }

    [Fact]
    public async Task A_disabled_schedule_never_fires()
    {
        await DeployAsync("rate(1 hour)", null, ("State", "DISABLED"));

        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(1), Cancellation);

        functions.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_window_that_would_be_ignored_is_refused() =>
        await Should.ThrowAsync<AwsError>(() => cloud.Get<Deployer>().DeployTemplateAsync(
            "stack",
            Template("rate(1 hour)", null).Replace("\"OFF\"", "\"FLEXIBLE\"", StringComparison.Ordinal),
            null,
            Cancellation));

    private static string Template(string expression, string? input, params (string Name, string Value)[] more)
    {
        var target = new JsonObject { ["Arn"] = FunctionArn, ["RoleArn"] = "arn:aws:iam::000000000000:role/r" };
        if (input is not null) target["Input"] = input;
        var properties = new JsonObject { ["Name"] = "hourly", ["ScheduleExpression"] = expression, ["FlexibleTimeWindow"] = new JsonObject { ["Mode"] = "OFF" }, ["Target"] = target };
        foreach (var (name, value) in more) properties[name] = value;
        return new JsonObject { ["Resources"] = new JsonObject { ["Schedule"] = new JsonObject { ["Type"] = "AWS::Scheduler::Schedule", ["Properties"] = properties } } }.ToText();
    }

    private Task<DeployedStack> DeployAsync(string expression, string? input = null, params (string Name, string Value)[] more) =>
        cloud.Get<Deployer>().DeployTemplateAsync("stack", Template(expression, input, more), null, Cancellation);
}
