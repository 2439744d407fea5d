using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Infra.Environments;

/// <summary>The context of cdk.json. The app reads the file itself, so that it also runs without the CDK command line.</summary>
public sealed partial class CdkConfiguration
{
    private const string EnvironmentsKey = "environments";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
    private readonly JsonElement context;

    private CdkConfiguration(JsonElement context) => this.context = context;

    public static CdkConfiguration Read(Repository repository) => Parse(File.ReadAllText(repository.Resolve("cdk.json")));

    public static CdkConfiguration Parse(string cdkJson)
    {
        using var json = JsonDocument.Parse(cdkJson);
        return new CdkConfiguration(json.RootElement.GetProperty("context").Clone());
    }

    /// <summary>The feature flags: defaults for a synthesis that the CDK command line did not start.</summary>
    public IDictionary<string, object> Flags() => context.EnumerateObject()
        .Where(property => property.Name != EnvironmentsKey)
        .ToDictionary(property => property.Name, property => Value(property.Value));

    /// <exception cref="SetupError">There is no such environment, or it lacks something.</exception>
    public DeploymentEnvironment Environment(string? name)
    {
        var environments = context.GetProperty(EnvironmentsKey);
        var known = string.Join(", ", environments.EnumerateObject().Select(environment => environment.Name));
        if (name is null) throw new SetupError($"No environment was chosen: pass -c environment=NAME. cdk.json has: {known}.");
        if (!environments.TryGetProperty(name, out var entry)) throw new SetupError($"cdk.json has no environment \"{name}\". It has: {known}.");

        DeploymentEnvironment environment;
        try
        {
            environment = entry.Deserialize<DeploymentEnvironment>(Json)!;
        }
        catch (JsonException wrong)
        {
            throw new SetupError($"The environment \"{name}\" in cdk.json is not valid: {wrong.Message}");
        }

        if (!AccountId().IsMatch(environment.Account)) throw new SetupError($"The environment \"{name}\" in cdk.json: account must have 12 digits.");
        if (!environment.RestoreAccounts.All(AccountId().IsMatch))
            throw new SetupError($"The environment \"{name}\" in cdk.json: each of restoreAccounts must have 12 digits.");
        if (!environment.RestoreRegions.All(RegionName().IsMatch))
            throw new SetupError($"The environment \"{name}\" in cdk.json: each of restoreRegions must be the name of a region.");
        if (environment.Architecture is not ("x86_64" or "arm64"))
            throw new SetupError($"The environment \"{name}\" in cdk.json: architecture must be x86_64 or arm64.");
        if (environment.ReplayPauseSeconds is < 1 or > 3600)
            throw new SetupError($"The environment \"{name}\" in cdk.json: replayPauseSeconds must be between 1 and 3600.");
        if (environment.BundleDays is < 1 or > 30)
            throw new SetupError($"The environment \"{name}\" in cdk.json: bundleDays must be between 1 and 30.");
        return environment;
    }

    private static object Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => value.EnumerateArray().Select(Value).ToArray(),
        _ => value.ToString(),
    };

    [GeneratedRegex("^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RegionName();

    [GeneratedRegex("^[0-9]{12}$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AccountId();
}
