using System.Text.Json;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>The data map beside the binary, and at synth in <c>infra/</c>.</summary>
public static class DataMapFile
{
    public const string Name = "datastores.json";

    /// <exception cref="DataMapInvalid">The file is missing, is not JSON, or lacks what a data map must have.</exception>
    public static DataMap Load(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, FunctionsJson.Default.DataMap) ?? throw new DataMapInvalid($"{path} is empty.");
        }
        catch (JsonException error)
        {
            // The data map is configuration: it names no person, so the parser may say what is wrong with it.
            throw new DataMapInvalid($"{path}: {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new DataMapInvalid($"{path} cannot be read.", error);
        }
    }
}

/// <summary>The deployed data map cannot be used.</summary>
public sealed class DataMapInvalid(string message, Exception? cause = null) : PermanentFailure(message, cause);
