using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace ServerlessGdpr.Functions.Ledger;

/// <summary>Reads the evidence bucket by versions: after a day delete markers hide what is locked, and a plain listing shows next to nothing.</summary>
public sealed class EvidenceVersions(IAmazonS3 s3, string bucket)
{
    /// <summary>The versions of all objects under a prefix, by key, the newest of a key first; delete markers left out.</summary>
    /// <param name="afterKey">Keys up to and including this one are passed over; null for none.</param>
    public async IAsyncEnumerable<EvidenceVersion> ListAsync(string prefix, string? afterKey, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListVersionsRequest { BucketName = bucket, Prefix = prefix, KeyMarker = afterKey };
        while (true)
        {
            var page = await s3.ListVersionsAsync(request, cancellation);
            foreach (var version in page.Versions ?? [])
            {
                if (version.IsDeleteMarker != true) yield return new(version.Key, version.VersionId, new DateTimeOffset(version.LastModified!.Value.ToUniversalTime()));
            }

            if (page.IsTruncated != true) yield break;
            request.KeyMarker = page.NextKeyMarker;
            request.VersionIdMarker = page.NextVersionIdMarker;
        }
    }

    /// <returns>What it says, and until when it is locked: S3 tells that to whoever may read it.</returns>
    public async Task<(byte[] Content, DateTimeOffset? LockedUntil)> ReadAsync(string key, string versionId, CancellationToken cancellation)
    {
        using var answer = await s3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key, VersionId = versionId }, cancellation);
        using var content = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(content, cancellation);
        return (content.ToArray(), answer.ObjectLockRetainUntilDate is { } until ? new DateTimeOffset(until.ToUniversalTime()) : null);
    }
}

public sealed record EvidenceVersion(string Key, string VersionId, DateTimeOffset WrittenAt);
