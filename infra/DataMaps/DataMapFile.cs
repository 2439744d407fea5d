using System.Text.Json;
using NJsonSchema;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Infra.DataMaps;

/// <summary>Reads the data map and refuses one that would only fail when it runs.</summary>
public static class DataMapFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <exception cref="SetupError">Every fault found, one per line, each naming its entry.</exception>
    public static DataMap Read(string path)
    {
        if (!File.Exists(path)) throw new SetupError($"There is no data map at {path}.");
        var text = File.ReadAllText(path);
        Refuse(path, SchemaErrors(path, text));

        var map = JsonSerializer.Deserialize<DataMap>(text, Json)!;
        Refuse(path, Unsupported(map));
        return map;
    }

    private static IReadOnlyList<string> SchemaErrors(string path, string text)
    {
        try
        {
            return DataMapSchema.Load().Validate(text);
        }
        catch (JsonException wrong)
        {
            return [$"not JSON: {wrong.Message}"];
        }
    }

    /// <summary>What the schema knows and the functions cannot do yet: refused instead of ignored.</summary>
    private static IReadOnlyList<string> Unsupported(DataMap map) =>
        [.. map.Datastores
            .Select((entry, index) => (entry, index))
            .Where(datastore => datastore.entry.Role is not null)
            .Select(datastore => $"{EntryName.Of(datastore.index, datastore.entry.Name)}: role is not supported yet; register the datastore from its own account.")];

    private static void Refuse(string path, IReadOnlyList<string> errors)
    {
        if (errors.Count > 0) throw new SetupError($"The data map {path} is not valid:\n  {string.Join("\n  ", errors)}");
    }
}
