using System.Text.Json;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Infra.Environments;

namespace ServerlessGdpr.Infra.DataMaps;

/// <summary>The data map of an environment, refused here if it would only fail when it runs.</summary>
public sealed record DataMapSource(DataMap Map)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <exception cref="SetupError">Every fault found, one per line, each naming its entry.</exception>
    public static DataMapSource Read(string path, DeploymentEnvironment environment)
    {
        if (!File.Exists(path)) throw new SetupError($"There is no data map at {path}.");
        var text = File.ReadAllText(path);
        Refuse(path, SchemaErrors(text));

        var map = JsonSerializer.Deserialize<DataMap>(text, Json)!;
        Refuse(path, DataMapRules.Validate(map));
        Refuse(path, [.. map.Datastores.SelectMany((entry, index) => Elsewhere(entry, environment).Select(error => $"{EntryName.Of(index, entry.Name)}: {error}"))]);
        return new DataMapSource(map);
    }

    /// <summary>What the functions get: every default spelled out, so that it does not depend on who reads it.</summary>
    public string ToJson() => JsonSerializer.Serialize(Map, Json);

    private static IReadOnlyList<string> SchemaErrors(string text)
    {
        try
        {
            return DataMapSchema.Load().Validate(text);
        }
        catch (JsonException wrong)
        {
            return [$"It is not JSON: {wrong.Message}"];
        }
    }

    /// <summary>The functions work in their own account and region; anything else is refused instead of failing at the first request.</summary>
    private static IEnumerable<string> Elsewhere(DatastoreEntry entry, DeploymentEnvironment environment)
    {
        if (entry.Role is not null) yield return "role is not supported yet; register the datastore from an installation in its own account";
        var arn = entry.Location.Split(':');
        if (arn[3].Length > 0 && arn[3] != environment.Region) yield return $"location is in {arn[3]}, and this environment in {environment.Region}";
        if (arn[4].Length > 0 && arn[4] != environment.Account) yield return $"location is in account {arn[4]}, and this environment in {environment.Account}";
    }

    private static void Refuse(string path, IReadOnlyList<string> errors)
    {
        if (errors.Count > 0) throw new SetupError($"The data map {path} is not valid:\n  {string.Join("\n  ", errors)}");
    }
}
