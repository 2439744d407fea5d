using System.Text.Json;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>The data map in the function's package. It was validated when the package was made; here it only has to be readable.</summary>
public static class DataMapFile
{
    public const string Name = "datastores.json";

    /// <exception cref="InvalidConfiguration">The file is missing or is not a data map.</exception>
    public static DataMap Read(IReadOnlyDictionary<string, string> environment)
    {
        var folder = environment.GetValueOrDefault("LAMBDA_TASK_ROOT", AppContext.BaseDirectory);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, Name)), FunctionsJson.Default.DataMap)
                ?? throw new InvalidConfiguration($"{Name} is empty.");
        }
        catch (JsonException invalid)
        {
            throw new InvalidConfiguration($"{Name} is not a data map, at {invalid.Path}.");
        }
        catch (IOException)
        {
            throw new InvalidConfiguration($"{Name} is not in the function's package.");
        }
    }
}
