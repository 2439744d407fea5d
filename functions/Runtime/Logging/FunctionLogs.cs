using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Functions.Runtime.Logging;

/// <summary>Makes the loggers: one JSON line per record, personal data erased.</summary>
public static class FunctionLogs
{
    private const string LevelVariable = "LOG_LEVEL";

    /// <remarks>Without a container: building one by reflection costs every start time and memory.</remarks>
    public static ILoggerFactory Create(IReadOnlyDictionary<string, string> environment, TextWriter output, TimeProvider time)
    {
        var logs = new LoggerFactory([], new LoggerFilterOptions { MinLevel = Level(environment) ?? LogLevel.Information });
        logs.AddProvider(new JsonLineLoggerProvider(output, time, Constants(environment)));
        return logs;
    }

    public static string Service(IReadOnlyDictionary<string, string> environment) =>
        environment.GetValueOrDefault("POWERTOOLS_SERVICE_NAME", "serverless-gdpr");

    /// <summary>What is wrong with <c>LOG_LEVEL</c>; null when nothing is.</summary>
    public static string? LevelProblem(IReadOnlyDictionary<string, string> environment) =>
        Level(environment) is null ? $"{LevelVariable} is none of {string.Join(", ", Enum.GetNames<LogLevel>())}" : null;

    private static LogLevel? Level(IReadOnlyDictionary<string, string> environment)
    {
        if (!environment.TryGetValue(LevelVariable, out var name)) return LogLevel.Information;
        return !char.IsAsciiDigit(name.FirstOrDefault()) && Enum.TryParse<LogLevel>(name, ignoreCase: true, out var level) ? level : null;
    }

    private static Dictionary<string, object?> Constants(IReadOnlyDictionary<string, string> environment)
    {
        var constants = new Dictionary<string, object?>(StringComparer.Ordinal) { [LogKeys.Service] = Service(environment) };
        if (environment.TryGetValue("AWS_LAMBDA_FUNCTION_NAME", out var name)) constants[LogKeys.FunctionName] = name;
        if (environment.TryGetValue("AWS_LAMBDA_FUNCTION_VERSION", out var version)) constants[LogKeys.FunctionVersion] = version;
        if (int.TryParse(environment.GetValueOrDefault("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), out var size)) constants[LogKeys.MemorySize] = size;
        return constants;
    }
}
