namespace ServerlessGdpr.Functions.Runtime;

/// <summary>A function's environment variables: read and validated once, at start.</summary>
public sealed class Settings
{
    private readonly IReadOnlyDictionary<Setting, string> values;

    private Settings(IReadOnlyDictionary<Setting, string> values, IReadOnlyDictionary<string, string> environment)
    {
        this.values = values;
        Environment = environment;
    }

    /// <summary>All variables, for what AWS defines rather than this project.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <exception cref="InvalidOperationException">The handler did not declare the setting in its registration.</exception>
    public string this[Setting setting] =>
        values.TryGetValue(setting, out var value)
            ? value
            : throw new InvalidOperationException($"The handler's registration does not declare {setting.Variable}.");

    /// <exception cref="InvalidConfiguration">Names every variable that is missing or invalid, and none of their values.</exception>
    public static Settings Read(IReadOnlyDictionary<string, string> environment, IEnumerable<Setting> required)
    {
        var read = new Dictionary<Setting, string>();
        var problems = new List<string>();
        foreach (var setting in required.Prepend(Setting.Region))
        {
            var value = environment.GetValueOrDefault(setting.Variable, "");
            if (setting.Problem(value) is { } problem) problems.Add($"{setting.Variable} {problem}");
            read[setting] = value;
        }

        if (Logging.FunctionLogs.LevelProblem(environment) is { } levelProblem) problems.Add(levelProblem);
        return problems.Count == 0
            ? new Settings(read, environment)
            : throw new InvalidConfiguration($"Environment variables: {string.Join("; ", problems)}.");
    }
}
