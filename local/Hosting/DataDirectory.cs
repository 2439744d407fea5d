namespace ServerlessGdpr.Local.Hosting;

/// <summary>The folder for object bodies and the like; a temporary one is removed with the cloud.</summary>
public sealed class DataDirectory : IDisposable
{
    private readonly bool temporary;

    public DataDirectory(CloudOptions options)
    {
        temporary = options.DataDirectory is null;
        Path = options.DataDirectory ?? Directory.CreateTempSubdirectory("serverless-gdpr-").FullName;
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public void Dispose()
    {
        if (temporary && Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}
