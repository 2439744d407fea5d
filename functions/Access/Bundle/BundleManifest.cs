namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>manifest.json, the last file of a bundle: what the bundle is, and every other file with its SHA-256.</summary>
public sealed record BundleManifest
{
    public const string Path = "manifest.json";

    public int FormatVersion { get; init; } = 1;

    public required string RequestId { get; init; }

    public required string SubjectRequestId { get; init; }

    public required string Type { get; init; }

    public required DateTimeOffset PackagedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required IReadOnlyList<ManifestDatastore> Datastores { get; init; }

    public required IReadOnlyList<BundledFile> Files { get; init; }
}

/// <param name="Outcome">As in <see cref="ExportTask.Outcome"/>.</param>
/// <param name="LeftOut">Fields about other people, which are null in the data.</param>
/// <param name="Unread">Lines and files that may be about the person and could not be read.</param>
public sealed record ManifestDatastore(string Name, string? Title, string Outcome, long Records, long LeftOutValues, IReadOnlyList<string> LeftOut, long Unread);
