using System.IO.Compression;
using System.Text;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>The files of a bundle, one after the other, in a stream that is never sought. Each one's size and SHA-256 are remembered for the manifest.</summary>
internal sealed class BundleFiles : IAsyncDisposable
{
    private const int BufferSize = 128 * 1024;
    private readonly ZipArchive zip;
    private readonly DateTimeOffset packagedAt;
    private readonly List<BundledFile> written = [];

    private BundleFiles(ZipArchive zip, DateTimeOffset packagedAt)
    {
        this.zip = zip;
        this.packagedAt = packagedAt;
    }

    public IReadOnlyList<BundledFile> Written => written;

    public static async Task<BundleFiles> CreateAsync(Stream output, DateTimeOffset packagedAt, CancellationToken cancellation) =>
        new(await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellation), packagedAt);

    /// <summary>A text, or data: it is compressed.</summary>
    public Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellation) => WriteAsync(path, CompressionLevel.Optimal, write, cancellation);

    /// <summary>A person's file as it is: most are compressed already.</summary>
    /// <param name="readInOnePass">For programs that read a ZIP as a stream, Java's among them: they need compressed entries to find their end, which costs time here.</param>
    public Task CopyAsync(string path, Stream content, bool readInOnePass, CancellationToken cancellation) =>
        WriteAsync(path, readInOnePass ? CompressionLevel.Fastest : CompressionLevel.NoCompression, target => content.CopyToAsync(target, BufferSize, cancellation), cancellation);

    public ValueTask DisposeAsync() => zip.DisposeAsync();

    private async Task WriteAsync(string path, CompressionLevel compression, Func<Stream, Task> write, CancellationToken cancellation)
    {
        var entry = zip.CreateEntry(path, compression);
        entry.LastWriteTime = packagedAt;
        await using var stream = await entry.OpenAsync(cancellation);
        await using var digest = new DigestingStream(stream);
        await write(digest);
        written.Add(new BundledFile(path, digest.Length, digest.ToHexadecimal()));
    }
}

/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Hexadecimal.</param>
public sealed record BundledFile(string Path, long Size, string Sha256);
