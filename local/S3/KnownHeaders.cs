using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.S3;

/// <summary>Every <c>x-amz-</c> header asks for something: those that nothing here heeds are refused, not ignored.</summary>
internal static class KnownHeaders
{
    private static readonly HashSet<string> Understood = new(StringComparer.OrdinalIgnoreCase)
    {
        "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent", "x-amz-api-version", "x-amz-request-payer",
        "x-amz-decoded-content-length", "x-amz-trailer", "x-amz-te", "x-amz-sdk-checksum-algorithm", "x-amz-expected-bucket-owner",
        "x-amz-source-expected-bucket-owner", "x-amz-checksum-mode", "x-amz-checksum-algorithm", "x-amz-checksum-type",
        "x-amz-checksum-crc32", "x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme", "x-amz-checksum-sha1", "x-amz-checksum-sha256",
        "x-amz-acl", "x-amz-storage-class", "x-amz-tagging", "x-amz-tagging-directive", "x-amz-metadata-directive", "x-amz-website-redirect-location",
        "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-bucket-key-enabled",
        "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold", "x-amz-bypass-governance-retention",
        "x-amz-bucket-object-lock-enabled", "x-amz-object-ownership", "x-amz-optional-object-attributes", "x-amz-mp-object-size",
        "x-amz-copy-source", "x-amz-copy-source-range", "x-amz-copy-source-if-match", "x-amz-copy-source-if-none-match",
        "x-amz-copy-source-if-modified-since", "x-amz-copy-source-if-unmodified-since",
    };

    public static bool IsUnderstood(string header) => Understood.Contains(header) || header.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase);

    public static void Require(S3Request request, string operation)
    {
        foreach (var name in request.Context.Request.Headers.Keys.Where(name => name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)))
        {
            if (name.StartsWith("x-amz-grant-", StringComparison.OrdinalIgnoreCase)) throw AclNotSupported();
            if (!IsUnderstood(name)) throw S3Error.NotImplemented($"{operation} with {name}");
        }

        if (request.Header("x-amz-acl") is not (null or "private" or "bucket-owner-full-control")) throw AclNotSupported();
    }

    /// <summary>Buckets own their objects, which has been S3's default since 2023.</summary>
    private static AwsError AclNotSupported() => new("AccessControlListNotSupported", "The bucket does not allow ACLs");
}
