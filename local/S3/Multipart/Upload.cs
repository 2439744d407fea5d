using ServerlessGdpr.Local.S3.Bodies;
using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Objects;

namespace ServerlessGdpr.Local.S3.Multipart;

/// <summary>One multipart upload that is neither completed nor aborted. Whoever reads or changes it holds its bucket's gate.</summary>
/// <param name="Algorithm">Of the parts' checksums.</param>
/// <param name="ChecksumType">Of the whole object's.</param>
internal sealed record Upload(string Id, Bucket Bucket, NewObject Draft, DateTimeOffset Initiated, string Algorithm, string ChecksumType)
{
    public SortedDictionary<int, Part> Parts { get; } = [];

    /// <summary>Puts <paramref name="part"/> in the place of one of the same number.</summary>
    public void Put(Part part)
    {
        if (Parts.TryGetValue(part.Number, out var replaced)) replaced.Body.Delete();
        Parts[part.Number] = part;
    }
}

/// <param name="ETag">The MD5 in hexadecimal.</param>
internal sealed record Part(int Number, StoredBody Body, string ETag, Checksum Checksum, DateTimeOffset LastModified);
