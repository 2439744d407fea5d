using System.Text.Json;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Runtime.Logging;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

public sealed partial class LogTests
{
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["AWS_LAMBDA_FUNCTION_NAME"] = "plan",
        ["AWS_LAMBDA_FUNCTION_VERSION"] = "7",
        ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "256",
        ["POWERTOOLS_SERVICE_NAME"] = "serverless-gdpr",
    };

    [Fact]
    public void A_line_has_the_Powertools_keys_in_their_order_then_the_parameters_sorted_in_snake_case()
    {
        var lines = Log(log =>
        {
            using (log.BeginRequest("r-1")) LogCounted(log, "customers", 3, 2.5, true, new DateTimeOffset(2026, 2, 1, 1, 0, 0, TimeSpan.FromHours(1)));
        });

        lines.ShouldBe(
        [
            """{"correlation_id":"r-1","function_name":"plan","function_version":"7","function_memory_size":256,"timestamp":"2026-01-31T10:00:00.0000000Z","level":"Information","service":"serverless-gdpr","name":"Test","message":"3 records of customers","datastore":"customers","event_id":1,"is_last":true,"record_count":3,"seen_at":"2026-02-01T00:00:00.0000000Z","share":2.5}""",
        ]);
    }

    [Fact]
    public void An_exception_is_its_class_and_nothing_else()
    {
        var line = Log(log => LogFailed(log, new InvalidOperationException("ada@example.org", new IOException("inner ada@example.org")))).ShouldHaveSingleItem();

        JsonDocument.Parse(line).RootElement.GetProperty("exception").GetRawText().ShouldBe("""{"type":"System.InvalidOperationException"}""");
        line.ShouldNotContain("ada@example.org");
    }

    [Fact]
    public void Personal_data_is_erased_from_the_message_and_from_the_parameters()
    {
        var line = Log(log => LogSeen(log, "r-1", "ada@example.org")).ShouldHaveSingleItem();

        line.ShouldNotContain("ada@example.org");
        line.ShouldContain("r-1");
        JsonDocument.Parse(line).RootElement.GetProperty("message").GetString().ShouldBe("Saw  in r-1");
    }

    [Fact]
    public void A_record_that_cannot_say_what_is_personal_is_its_place_and_level_and_nothing_else()
    {
#pragma warning disable CA1848, CA1873, CA2254 // What nobody should write.
        var lines = Log(log =>
        {
            log.LogWarning("Saw {Identity}", "ada@example.org");
            log.LogWarning($"Saw {string.Concat("ada", "@example.org")}");
            log.Log(LogLevel.Warning, default, "ada@example.org", null, (state, _) => state);
        });
#pragma warning restore CA1848, CA1873, CA2254

        lines.Length.ShouldBe(3);
        foreach (var record in lines.Select(line => JsonDocument.Parse(line).RootElement))
            (record.GetProperty("level").GetString(), record.GetProperty("name").GetString(), record.GetProperty("message").GetString()).ShouldBe(("Warning", "Test", ""));
        lines.ShouldAllBe(line => !line.Contains("ada@example.org"));
    }

    [Fact]
    public void A_parameter_cannot_pose_as_a_standard_key()
    {
        var line = Log(log => LogPosing(log, "Critical")).ShouldHaveSingleItem();

        JsonDocument.Parse(line).RootElement.GetProperty("level").GetString().ShouldBe("Warning");
        line.Split("\"level\"").Length.ShouldBe(2);
    }

    [Fact]
    public void A_line_break_in_a_value_does_not_begin_another_line() =>
        Log(log => LogSeen(log, "r-1\n{\"level\":\"Critical\"}", "x")).ShouldHaveSingleItem();

    [Theory]
    [InlineData("Error", 1)]
    [InlineData("warning", 2)]
    [InlineData(null, 3)]
    public void LOG_LEVEL_leaves_out_what_is_less_important(string? level, int lines)
    {
        var environment = level is null ? Environment : new Dictionary<string, string>(Environment) { ["LOG_LEVEL"] = level };

        Log(
            log =>
            {
                LogDetail(log);
                LogSeen(log, "r-1", "x");
                LogPosing(log, "x");
                LogFailed(log, new IOException());
            },
            environment).Length.ShouldBe(lines);
    }

    private static string[] Log(Action<ILogger> write, Dictionary<string, string>? environment = null)
    {
        using var output = new StringWriter();
        var time = new VirtualTime(new DateTimeOffset(2026, 1, 31, 10, 0, 0, TimeSpan.Zero), new InFlight());
        using (var logs = FunctionLogs.Create(environment ?? Environment, output, time)) write(logs.CreateLogger("Test"));
        return output.ToString().Split(output.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    [LoggerMessage(1, LogLevel.Information, "{RecordCount} records of {Datastore}")]
    private static partial void LogCounted(ILogger log, string datastore, int recordCount, double share, bool isLast, DateTimeOffset seenAt);

    [LoggerMessage(2, LogLevel.Error, "It failed")]
    private static partial void LogFailed(ILogger log, Exception failure);

    [LoggerMessage(3, LogLevel.Information, "Saw {Identity} in {RequestId}")]
    private static partial void LogSeen(ILogger log, string requestId, [PersonalData] string identity);

    [LoggerMessage(4, LogLevel.Warning, "Posing as {Level}")]
    private static partial void LogPosing(ILogger log, string level);

    [LoggerMessage(5, LogLevel.Debug, "A detail")]
    private static partial void LogDetail(ILogger log);
}
