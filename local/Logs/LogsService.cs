using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Logs;

/// <summary>CloudWatch Logs as its clients see it, for reading.</summary>
public sealed class LogsService(LogStore store) : IAwsService
{
    private const int PageSize = 10_000;

    public string SigningName => "logs";

    public async Task HandleAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var operation = JsonProtocol.Operation(context);
        var request = new PropertyReader(operation, await JsonProtocol.ReadAsync(context), "InvalidParameterException");
        await JsonProtocol.WriteAsync(context, operation switch
        {
            "DescribeLogGroups" => DescribeGroups(request),
            "DescribeLogStreams" => DescribeStreams(request),
            "GetLogEvents" => GetEvents(request),
            "FilterLogEvents" => FilterEvents(request),
            _ => throw AwsError.NotImplemented(SigningName, operation),
        });
    }

    private JsonObject DescribeGroups(PropertyReader request)
    {
        var prefix = request.GetString("logGroupNamePrefix") ?? "";
        request.RefuseOthers();
        return new JsonObject { ["logGroups"] = new JsonArray([.. store.Groups.Where(group => group.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(Describe)]) };
    }

    private JsonObject DescribeStreams(PropertyReader request)
    {
        var group = Group(request);
        var prefix = request.GetString("logStreamNamePrefix") ?? "";
        request.RefuseOthers();
        var streams = group.Lines.GroupBy(line => line.Stream, StringComparer.Ordinal)
            .Where(stream => stream.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(stream => stream.Key, StringComparer.Ordinal)
            .Select(stream => new JsonObject
            {
                ["logStreamName"] = stream.Key,
                ["firstEventTimestamp"] = stream.First().At.ToUnixTimeMilliseconds(),
                ["lastEventTimestamp"] = stream.Last().At.ToUnixTimeMilliseconds(),
            });
        return new JsonObject { ["logStreams"] = new JsonArray([.. streams]) };
    }

    private JsonObject GetEvents(PropertyReader request)
    {
        var group = Group(request);
        var stream = request.GetRequiredString("logStreamName");
        var fromHead = request.GetBoolean("startFromHead") ?? false;
        var page = new Page(request, "f/");
        request.RefuseOthers();
        var lines = group.Lines.Where(line => line.Stream == stream && page.Contains(line)).ToList();
        lines = fromHead || page.HasToken ? lines.Take(page.Limit).ToList() : lines.TakeLast(page.Limit).ToList();
        return new JsonObject
        {
            ["events"] = new JsonArray([.. lines.Select(line => new JsonObject { ["timestamp"] = Milliseconds(line), ["message"] = line.Text, ["ingestionTime"] = Milliseconds(line) })]),
            ["nextForwardToken"] = $"f/{(lines.Count > 0 ? lines[^1].Number : page.After)}",
        };
    }

    private JsonObject FilterEvents(PropertyReader request)
    {
        var group = Group(request);
        var streams = request.GetStrings("logStreamNames");
        var prefix = request.GetString("logStreamNamePrefix") ?? "";
        var filter = LogFilter.Parse(request.GetString("filterPattern") ?? "");
        request.WithoutLocalEffect("interleaved");
        var page = new Page(request, "");
        request.RefuseOthers();
        var lines = group.Lines
            .Where(line => page.Contains(line) && (streams.Count == 0 || streams.Contains(line.Stream)) && line.Stream.StartsWith(prefix, StringComparison.Ordinal) && filter.Matches(line.Text))
            .Take(page.Limit + 1).ToList();
        var answer = new JsonObject
        {
            ["events"] = new JsonArray([.. lines.Take(page.Limit).Select(line => new JsonObject
            {
                ["logStreamName"] = line.Stream,
                ["timestamp"] = Milliseconds(line),
                ["message"] = line.Text,
                ["ingestionTime"] = Milliseconds(line),
                ["eventId"] = line.Number.ToString(CultureInfo.InvariantCulture),
            })]),
        };
        if (lines.Count > page.Limit) answer["nextToken"] = lines[page.Limit - 1].Number.ToString(CultureInfo.InvariantCulture);
        return answer;
    }

    private LogGroup Group(PropertyReader request) =>
        store.Find(request.GetRequiredString("logGroupName")) ?? throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");

    private static JsonObject Describe(LogGroup group)
    {
        var answer = new JsonObject { ["logGroupName"] = group.Name, ["arn"] = group.Arn, ["creationTime"] = group.CreatedAt.ToUnixTimeMilliseconds() };
        if (group.Retention is { } retention) answer["retentionInDays"] = (int)retention.TotalDays;
        return answer;
    }

    private static long Milliseconds(LogLine line) => line.At.ToUnixTimeMilliseconds();

    /// <summary>The members that bound an answer: times, limit, and the number of the last line already given.</summary>
    private sealed class Page
    {
        private readonly long start;
        private readonly long end;

        public Page(PropertyReader request, string tokenPrefix)
        {
            start = Time(request, "startTime", long.MinValue);
            end = Time(request, "endTime", long.MaxValue);
            Limit = request.GetInteger("limit", 1, PageSize) ?? PageSize;
            if (request.GetString("nextToken") is not { } token) return;
            HasToken = token.StartsWith(tokenPrefix, StringComparison.Ordinal) && long.TryParse(token[tokenPrefix.Length..], out var after)
                ? (After = after) >= 0
                : throw request.Invalid("nextToken", "a token of an earlier answer");
        }

        public int Limit { get; }

        public long After { get; private set; }

        public bool HasToken { get; }

        public bool Contains(LogLine line) => line.Number > After && Milliseconds(line) >= start && Milliseconds(line) < end;

        private static long Time(PropertyReader request, string name, long otherwise) => request.GetString(name) is not { } text
            ? otherwise
            : long.TryParse(text, out var number) ? number : throw request.Invalid(name, "milliseconds since 1970");
    }
}
