using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

/// <summary>Schedules as clients make, read and delete them. When they are due is a matter of the local cloud's clock: <see cref="SchedulerTests"/>.</summary>
public sealed class ScheduleApiTests : IAsyncLifetime
{
    private readonly string run = Guid.NewGuid().ToString("n");
    private Cloud? cloud;
    private HttpClient http = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var target = ContractTarget.Of("SCHEDULER");
        if (target is null)
        {
            cloud = await Clouds.StartAsync(Cancellation);
            target = ContractTarget.Local(cloud.Endpoint);
        }

        http = target.Client("scheduler");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (cloud is not null) await cloud.DisposeAsync();
    }

    [Fact]
    public async Task A_schedule_can_be_read_until_it_is_deleted()
    {
        var (_, created) = await CreateAsync("hourly", "rate(1 hour)");
        var (_, one) = await CallAsync(HttpMethod.Get, $"/schedules/hourly-{run}");
        var (deleted, _) = await CallAsync(HttpMethod.Delete, $"/schedules/hourly-{run}");
        var (gone, missing) = await CallAsync(HttpMethod.Get, $"/schedules/hourly-{run}");

        one["ScheduleExpression"].ShouldNotBeNull(one.ToJsonString()).GetValue<string>().ShouldBe("rate(1 hour)");
        ((string?)one["Arn"]).ShouldBe((string?)created["ScheduleArn"]);
        ((string?)one["State"]).ShouldBe("ENABLED");
        ((string?)one["ScheduleExpressionTimezone"]).ShouldBe("UTC");
        ((string?)one["FlexibleTimeWindow"]!["Mode"]).ShouldBe("OFF");
        deleted.ShouldBe(HttpStatusCode.OK);
        gone.ShouldBe(HttpStatusCode.NotFound);
        ((string?)missing["__type"]).ShouldBe("ResourceNotFoundException");
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        await CreateAsync("hourly", "rate(1 hour)");

        var (status, answer) = await CreateAsync("hourly", "rate(2 hours)");

        status.ShouldBe(HttpStatusCode.Conflict);
        ((string?)answer["__type"]).ShouldBe("ConflictException");
    }

    [Fact]
    public async Task Clients_page_through_schedules()
    {
        foreach (var name in new[] { "a", "b", "c" }) await CreateAsync(name, "rate(1 hour)", prefix: $"{run}-");

        var (_, first) = await CallAsync(HttpMethod.Get, $"/schedules?NamePrefix={run}&MaxResults=2");
        var (_, second) = await CallAsync(HttpMethod.Get, $"/schedules?NamePrefix={run}&MaxResults=2&NextToken={Uri.EscapeDataString((string?)first["NextToken"] ?? "")}");
        var (_, wrong) = await CallAsync(HttpMethod.Get, "/schedules?MaxResults=none");

        Names(first).Concat(Names(second)).ShouldBe([$"{run}-a", $"{run}-b", $"{run}-c"]);
        Names(first).Count().ShouldBe(2);
        second["NextToken"].ShouldBeNull();
        ((string?)wrong["__type"]).ShouldBe("ValidationException");
    }

    [Theory]
    [InlineData("cron(0 8 L * ? *)", "UTC")]
    [InlineData("cron(0 18 ? * MON-FRI 2026-2099)", "Europe/Berlin")]
    [InlineData("cron(0/15 * ? * 3#2 *)", "America/New_York")]
    [InlineData("rate(7 days)", "Asia/Kolkata")]
    [InlineData("at(2099-03-01T08:00:00)", "Pacific/Auckland")]
    public async Task What_is_a_schedule_is_taken(string expression, string zone)
    {
        var (status, answer) = await CreateAsync("schedule", expression, zone);

        status.ShouldBe(HttpStatusCode.OK, answer.ToJsonString());
    }

    [Theory]
    [InlineData("rate(0 hours)", "UTC")]
    [InlineData("rate(-1 hours)", "UTC")]
    [InlineData("rate(1 week)", "UTC")]
    [InlineData("rate(1 second)", "UTC")]
    [InlineData("cron(0 12 * * *)", "UTC")]
    [InlineData("cron(0 12 * * * *)", "UTC")]
    [InlineData("cron(0 12 ? * ? *)", "UTC")]
    [InlineData("cron(60 12 * * ? *)", "UTC")]
    [InlineData("cron(0 24 * * ? *)", "UTC")]
    [InlineData("cron(0 12 32 * ? *)", "UTC")]
    [InlineData("cron(0 12 * 13 ? *)", "UTC")]
    [InlineData("cron(0 12 ? * 0 *)", "UTC")]
    [InlineData("cron(0 12 ? * MON#6 *)", "UTC")]
    [InlineData("at(2099-02-30T00:00:00)", "UTC")]
    [InlineData("at(2099-02-01)", "UTC")]
    [InlineData("at(2099-02-01T08:00:00Z)", "UTC")]
    [InlineData("every hour", "UTC")]
    [InlineData("rate(1 hour)", "Europe/Nowhere")]
    public async Task What_is_none_is_refused(string expression, string zone)
    {
        var (status, answer) = await CreateAsync("schedule", expression, zone);

        status.ShouldBe(HttpStatusCode.BadRequest, answer.ToJsonString());
        ((string?)answer["__type"]).ShouldBe("ValidationException");
    }

    private static IEnumerable<string?> Names(JsonObject list) =>
        list["Schedules"].ShouldNotBeNull(list.ToJsonString()).AsArray().Select(schedule => (string?)schedule!["Name"]).Order(StringComparer.Ordinal);

    private Task<(HttpStatusCode Status, JsonObject Answer)> CreateAsync(string name, string expression, string? zone = null, string prefix = "")
    {
        var request = new JsonObject
        {
            ["ScheduleExpression"] = expression,
            ["FlexibleTimeWindow"] = new JsonObject { ["Mode"] = "OFF" },
            ["Target"] = new JsonObject { ["Arn"] = "arn:aws:lambda:eu-west-1:000000000000:function:f", ["RoleArn"] = "arn:aws:iam::000000000000:role/r" },
        };
        if (zone is not null) request["ScheduleExpressionTimezone"] = zone;
        return CallAsync(HttpMethod.Post, $"/schedules/{(prefix.Length > 0 ? $"{prefix}{name}" : $"{name}-{run}")}", request);
    }

    /// <returns>The body; an error's has <c>__type</c>, wherever it is said.</returns>
    private async Task<(HttpStatusCode Status, JsonObject Answer)> CallAsync(HttpMethod method, string path, JsonObject? request = null)
    {
        using var message = new HttpRequestMessage(method, path);
        if (request is not null) message.Content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(message, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        var body = text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
        if (answer.Headers.TryGetValues("x-amzn-ErrorType", out var types)) body["__type"] = types.First().Split(':')[0];
        return (answer.StatusCode, body);
    }
}
