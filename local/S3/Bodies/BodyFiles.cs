using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.S3.Bodies;

/// <summary>The bytes of objects and parts, each in a file of its own that is never changed.</summary>
public sealed class BodyFiles : IDisposable
{
    private readonly string folder;

    public BodyFiles(DataDirectory data) =>
        folder = Directory.CreateDirectory(Path.Combine(data.Path, "s3", Guid.NewGuid().ToString("N"))).FullName;

    public FileStream Create() => new(
        Path.Combine(folder, Guid.NewGuid().ToString("N")), FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, 1 << 16, useAsync: true);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

/// <summary>A finished file of bytes.</summary>
public sealed record StoredBody(string Path, long Size)
{
    /// <summary>Opened before the lock is let go, it can be read to its end even when it is deleted meanwhile.</summary>
    public FileStream Open() => new(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, useAsync: true);

    public void Delete() => File.Delete(Path);
}
