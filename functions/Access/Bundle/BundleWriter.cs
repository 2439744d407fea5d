using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>
/// Writes a bundle as one ZIP stream, in bounded memory: the data as JSON, the files, for access a page that explains it, for portability tables, and the manifest.
/// </summary>
public sealed class BundleWriter
{
    private static readonly byte[] Open = "[\n"u8.ToArray(), Comma = ",\n"u8.ToArray(), Close = "\n]\n"u8.ToArray();

    private readonly BundleContent content;
    private readonly IExportedData data;
    private readonly BundleFiles files;

    private BundleWriter(BundleContent content, IExportedData data, BundleFiles files)
    {
        this.content = content;
        this.data = data;
        this.files = files;
    }

    private bool IsPortability => content.Type == RequestTypes.Portability;

    /// <param name="output">Written to, never sought, and left open.</param>
    public static async Task<BundleSummary> WriteAsync(BundleContent content, IExportedData data, Stream output, CancellationToken cancellation)
    {
        await using var digest = new DigestingStream(output);
        BundleFiles bundle;
        await using (bundle = await BundleFiles.CreateAsync(digest, content.PackagedAt, cancellation))
            await new BundleWriter(content, data, bundle).WriteAsync(cancellation);
        return new BundleSummary(digest.Length, digest.ToHexadecimal(), bundle.Written.Count, bundle.Written.Sum(file => file.Size));
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        var sections = new List<PageSection>();
        foreach (var section in content.Sections)
        {
            var source = new SectionSource(section, data, IsPortability);
            sections.Add(new PageSection(source, await source.HasRecordsAsync(cancellation)));
            if (sections[^1].HasRecords) await WriteDataAsync(source, cancellation);
        }

        if (!IsPortability)
            await files.WriteAsync(Page.Path, target => new Page(content, sections).WriteAsync(target, cancellation), cancellation);
        await files.WriteAsync(BundleManifest.Path, target => JsonSerializer.SerializeAsync(target, Manifest(), BundleJson.Readable.BundleManifest, cancellation), cancellation);
    }

    private async Task WriteDataAsync(SectionSource source, CancellationToken cancellation)
    {
        await files.WriteAsync(source.DataPath, target => WriteJsonAsync(source, target, cancellation), cancellation);
        if (IsPortability) await files.WriteAsync(source.TablePath, target => CsvTable.WriteAsync(source.RecordsAsync, target, cancellation), cancellation);
        foreach (var (exported, path) in source.Files)
        {
            await using var file = await data.OpenFileAsync(source.Task, exported, cancellation);
            await files.CopyAsync(path, file, readInOnePass: IsPortability, cancellation);
        }
    }

    private static async Task WriteJsonAsync(SectionSource source, Stream target, CancellationToken cancellation)
    {
        var before = Open;
        await foreach (var record in source.RecordsAsync(cancellation))
        {
            await target.WriteAsync(before, cancellation);
            await target.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(record.Data, BundleJson.Readable.JsonObject), cancellation);
            before = Comma;
        }

        if (before == Open) await target.WriteAsync(Open, cancellation);
        await target.WriteAsync(Close, cancellation);
    }

    private BundleManifest Manifest() => new()
    {
        RequestId = content.RequestId,
        SubjectRequestId = content.SubjectRequestId,
        Type = content.Type,
        PackagedAt = content.PackagedAt,
        ExpiresAt = content.ExpiresAt,
        Datastores =
        [
            .. content.Sections.Select(section => new ManifestDatastore(
                section.Task.Datastore, section.Entry?.Processing.Title, section.Task.Outcome ?? section.Task.State, section.Task.Found, section.Task.Redacted,
                section.Task.Redacted > 0 ? section.Entry?.Export.Redact ?? [] : [],
                section.Task.UnreadLines + section.Task.UnreadObjects)),
        ],
        Files = files.Written,
    };
}

/// <summary>What a bundle came to.</summary>
/// <param name="Size">Of the ZIP, in bytes.</param>
/// <param name="Sha256">Of the ZIP, hexadecimal.</param>
/// <param name="ContentSize">Of all files before they were packed, in bytes.</param>
public sealed record BundleSummary(long Size, string Sha256, int Files, long ContentSize);
