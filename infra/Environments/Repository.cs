namespace ServerlessGdpr.Infra.Environments;

/// <summary>The root of the working copy, from which relative paths of the configuration count.</summary>
public sealed record Repository(string Root)
{
    private const string Marker = "ServerlessGdpr.sln";

    /// <summary>Walks up from where the app was started, then from where it lies: it works from any directory.</summary>
    public static Repository Find()
    {
        foreach (var start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
        {
            for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
                if (File.Exists(Path.Combine(at.FullName, Marker))) return new Repository(at.FullName);
        }

        throw new SetupError($"There is no {Marker} above {Directory.GetCurrentDirectory()}: run the app inside the repository.");
    }

    public string Resolve(string path) => Path.GetFullPath(path, Root);
}
