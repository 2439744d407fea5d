using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Targets;

namespace ServerlessGdpr.Local.Scheduler;

/// <summary>All schedules of the cloud.</summary>
internal sealed class Schedules(ScheduleRunner runner, Deliveries deliveries)
{
    private readonly ConcurrentDictionary<(string Group, string Name), Schedule> schedules = new();

    public IEnumerable<Schedule> All => schedules.Values.OrderBy(schedule => schedule.Arn, StringComparer.Ordinal);

    public void Create(Schedule schedule)
    {
        if (schedule.Group != Schedule.DefaultGroup) throw new AwsError("ResourceNotFoundException", $"Schedule group {schedule.Group} does not exist.", 404);
        if (!schedules.TryAdd((schedule.Group, schedule.Name), schedule)) throw new AwsError("ConflictException", $"Schedule {schedule.Name} already exists.", 409);
        if (schedule.IsEnabled) runner.Start(schedule.Arn, schedule.Expression, due => Fire(schedule, due), schedule.Start, schedule.End);
    }

    public Schedule Get(string group, string name) =>
        schedules.TryGetValue((group, name), out var schedule) ? schedule : throw new AwsError("ResourceNotFoundException", $"Schedule {name} does not exist.", 404);

    public void Remove(string group, string name)
    {
        var schedule = Get(group, name);
        schedules.TryRemove((group, name), out _);
        runner.Stop(schedule.Arn);
    }

    private void Fire(Schedule schedule, DateTimeOffset due)
    {
        var execution = Guid.NewGuid().ToString();
        var origin = new Dictionary<string, string>(StringComparer.Ordinal) { ["SCHEDULE_ARN"] = schedule.Arn };
        deliveries.Start(schedule.TargetArn, schedule.Policy, origin, attempt => schedule.Input is { } input
            ? Fill(input, schedule, due, execution, attempt)
            : DefaultInput(schedule, due, execution));
    }

    private static string Fill(string input, Schedule schedule, DateTimeOffset due, string execution, int attempt) => input
        .Replace("<aws.scheduler.schedule-arn>", schedule.Arn, StringComparison.Ordinal)
        .Replace("<aws.scheduler.scheduled-time>", Iso(due), StringComparison.Ordinal)
        .Replace("<aws.scheduler.execution-id>", execution, StringComparison.Ordinal)
        .Replace("<aws.scheduler.attempt-number>", attempt.ToString(), StringComparison.Ordinal);

    private static string DefaultInput(Schedule schedule, DateTimeOffset due, string execution) => new JsonObject
    {
        ["version"] = "0",
        ["id"] = execution,
        ["detail-type"] = "Scheduled Event",
        ["source"] = "aws.scheduler",
        ["account"] = CloudOptions.Account,
        ["time"] = Iso(due),
        ["region"] = CloudOptions.Region,
        ["resources"] = new JsonArray(schedule.Arn),
        ["detail"] = "{}",
    }.ToText();

    private static string Iso(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
