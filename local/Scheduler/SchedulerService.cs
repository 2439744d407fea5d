using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Scheduler;

/// <summary>EventBridge Scheduler as its clients see it: REST with JSON.</summary>
internal sealed class SchedulerService(Schedules schedules) : IAwsService
{
    private const int PageLimit = 100;

    public string SigningName => "scheduler";

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var group = context.Request.Query["groupName"] is [{ } given] ? given : Schedule.DefaultGroup;
        var answer = (context.Request.Method, path) switch
        {
            ("POST", ["schedules", var name]) => await CreateAsync(context, name),
            ("GET", ["schedules", var name]) => Describe(schedules.Get(group, name)),
            ("DELETE", ["schedules", var name]) => Delete(group, name),
            ("GET", ["schedules"]) => List(context.Request.Query),
            var (method, _) => throw AwsError.NotImplemented(SigningName, $"{method} {context.Request.Path}"),
        };
        await JsonProtocol.WriteAsync(context, answer);
    }

    private async Task<JsonObject> CreateAsync(HttpContext context, string name)
    {
        var request = await JsonProtocol.ReadAsync(context);
        var properties = new PropertyReader("CreateSchedule", request, "ValidationException");
        if (properties.GetString("ActionAfterCompletion") is not (null or "NONE")) throw properties.Invalid("ActionAfterCompletion", "NONE: the local cloud keeps schedules");
        var schedule = Schedule.Read(properties, request, name);
        properties.RefuseOthers();
        schedules.Create(schedule);
        return new JsonObject { ["ScheduleArn"] = schedule.Arn };
    }

    private JsonObject Delete(string group, string name)
    {
        schedules.Remove(group, name);
        return [];
    }

    private JsonObject List(IQueryCollection query)
    {
        if (query.Keys.FirstOrDefault(key => key is not ("NamePrefix" or "ScheduleGroup" or "MaxResults" or "NextToken")) is { } unknown)
            throw new AwsError("ValidationException", $"ListSchedules: the local cloud does not know the parameter {unknown}.");
        var found = schedules.All.Where(schedule => schedule.Name.StartsWith(query["NamePrefix"].ToString(), StringComparison.Ordinal))
            .Where(schedule => !query.ContainsKey("ScheduleGroup") || schedule.Group == query["ScheduleGroup"]);
        var page = QueryPage<Schedule>.Of(query, found, schedule => schedule.Arn, "MaxResults", "NextToken", PageLimit, "ValidationException");
        var answer = new JsonObject
        {
            ["Schedules"] = new JsonArray([.. page.Items.Select(schedule => new JsonObject
            {
                ["Name"] = schedule.Name,
                ["Arn"] = schedule.Arn,
                ["GroupName"] = schedule.Group,
                ["State"] = State(schedule),
                ["Target"] = new JsonObject { ["Arn"] = schedule.TargetArn },
            })]),
        };
        if (page.Next is { } next) answer["NextToken"] = next;
        return answer;
    }

    private static JsonObject Describe(Schedule schedule)
    {
        var answer = new JsonObject
        {
            ["Name"] = schedule.Name,
            ["Arn"] = schedule.Arn,
            ["GroupName"] = schedule.Group,
            ["State"] = State(schedule),
            ["ScheduleExpression"] = schedule.ExpressionText,
            ["ScheduleExpressionTimezone"] = schedule.Zone,
            ["FlexibleTimeWindow"] = new JsonObject { ["Mode"] = "OFF" },
            ["Target"] = schedule.Target.DeepClone(),
        };
        if (schedule.Start is { } start) answer["StartDate"] = start.ToUnixTimeSeconds();
        if (schedule.End is { } end) answer["EndDate"] = end.ToUnixTimeSeconds();
        if (schedule.Description is { } description) answer["Description"] = description;
        return answer;
    }

    private static string State(Schedule schedule) => schedule.IsEnabled ? "ENABLED" : "DISABLED";
}
