using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Access.Bundle;
using Xunit;

namespace ServerlessGdpr.Tests.Bundle;

/// <summary>A bundle, written and read again.</summary>
internal sealed record PackedBundle(IReadOnlyDictionary<string, byte[]> Files, BundleSummary Summary)
{
    public string Page => Text("index.html");

    public static async Task<PackedBundle> OfAsync(ExportedSamples samples, string type = "access")
    {
        using var bytes = new MemoryStream();
        var summary = await WriteAsync(samples, bytes, type);
        bytes.Position = 0;
        await using var zip = new ZipArchive(bytes);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            await using var content = await entry.OpenAsync(TestContext.Current.CancellationToken);
            using var file = new MemoryStream();
            await content.CopyToAsync(file, TestContext.Current.CancellationToken);
            files.Add(entry.FullName, file.ToArray());
        }

        return new PackedBundle(files, summary);
    }

    public static Task<BundleSummary> WriteAsync(ExportedSamples samples, Stream target, string type = "access") =>
        BundleWriter.WriteAsync(samples.Content(type), samples, new ForwardOnly(target), TestContext.Current.CancellationToken);

    public string Text(string path) => Encoding.UTF8.GetString(Files[path]);

    public JsonArray Records(string datastore) => JsonNode.Parse(Text($"data/{datastore}.json"))!.AsArray();

    /// <summary>As an upload is.</summary>
    private sealed class ForwardOnly(Stream target) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => target.WriteAsync(buffer, cancellationToken);

        public override void Flush() => target.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
