using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.S3;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>S3. Of DeleteObjects each entry is checked where it is deleted, and answered for by itself.</summary>
internal sealed class S3Access(S3Service s3, EncryptionKeys keys) : IRequestAccess
{
    /// <summary>Actions whose names differ from the operation's, or that several operations share. A version has actions of its own.</summary>
    private static readonly Dictionary<string, (string Action, string? OfVersion)> Actions = new(StringComparer.Ordinal)
    {
        ["ListBuckets"] = ("ListAllMyBuckets", null),
        ["HeadBucket"] = ("ListBucket", null),
        ["ListObjects"] = ("ListBucket", null),
        ["ListObjectsV2"] = ("ListBucket", null),
        ["ListObjectVersions"] = ("ListBucketVersions", null),
        ["ListMultipartUploads"] = ("ListBucketMultipartUploads", null),
        ["GetBucketLocation"] = ("GetBucketLocation", null),
        ["GetBucketVersioning"] = ("GetBucketVersioning", null),
        ["GetObjectLockConfiguration"] = ("GetBucketObjectLockConfiguration", null),
        ["GetBucketTagging"] = ("GetBucketTagging", null),
        ["PutBucketTagging"] = ("PutBucketTagging", null),
        ["GetObject"] = ("GetObject", "GetObjectVersion"),
        ["HeadObject"] = ("GetObject", "GetObjectVersion"),
        ["PutObject"] = ("PutObject", null),
        ["CreateMultipartUpload"] = ("PutObject", null),
        ["UploadPart"] = ("PutObject", null),
        ["CompleteMultipartUpload"] = ("PutObject", null),
        ["AbortMultipartUpload"] = ("AbortMultipartUpload", null),
        ["ListParts"] = ("ListMultipartUploadParts", null),
        ["DeleteObject"] = ("DeleteObject", "DeleteObjectVersion"),
        ["GetObjectTagging"] = ("GetObjectTagging", "GetObjectVersionTagging"),
        ["PutObjectTagging"] = ("PutObjectTagging", "PutObjectVersionTagging"),
        ["DeleteObjectTagging"] = ("DeleteObjectTagging", "DeleteObjectVersionTagging"),
        ["GetObjectRetention"] = ("GetObjectRetention", null),
        ["PutObjectRetention"] = ("PutObjectRetention", null),
        ["GetObjectLegalHold"] = ("GetObjectLegalHold", null),
        ["PutObjectLegalHold"] = ("PutObjectLegalHold", null),
    };

    /// <summary>Headers that ask for more than the operation does.</summary>
    private static readonly Dictionary<string, string> OfHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        ["x-amz-object-lock-mode"] = "PutObjectRetention",
        ["x-amz-object-lock-legal-hold"] = "PutObjectLegalHold",
        ["x-amz-tagging"] = "PutObjectTagging",
        ["x-amz-bypass-governance-retention"] = "BypassGovernanceRetention",
    };

    public string SigningName => "s3";

    public static string ArnOf(string bucket, string? key = null) => string.IsNullOrEmpty(key) ? $"arn:aws:s3:::{bucket}" : $"arn:aws:s3:::{bucket}/{key}";

    /// <summary>What deleting one object, or one version of it, takes.</summary>
    public static Access OfDeletion(string bucket, string key, string? versionId) =>
        new(versionId is null ? "s3:DeleteObject" : "s3:DeleteObjectVersion", ArnOf(bucket, key));

    public Task<IReadOnlyList<Access>> ReadAsync(HttpContext context)
    {
        var request = S3Request.Parse(context);
        var operation = s3.OperationOf(request);
        return Task.FromResult<IReadOnlyList<Access>>(operation is "DeleteObjects" ? [] : Of(request, operation));
    }

    private List<Access> Of(S3Request request, string operation)
    {
        if (!Actions.TryGetValue(operation, out var action)) throw RequestBody.Unknown(SigningName, operation);
        var resource = request.Bucket.Length == 0 ? "*" : ArnOf(request.Bucket, request.Key);
        var access = new Access($"s3:{(request.VersionId is null ? action.Action : action.OfVersion ?? action.Action)}", resource);
        if (request.Query("prefix") is { } prefix) access = access.With("s3:prefix", prefix);
        List<Access> accesses = [access];
        accesses.AddRange(OfHeaders.Where(header => request.Header(header.Key) is not null).Select(header => new Access($"s3:{header.Value}", resource)));
        // To overwrite only what is known takes what reading it would.
        if (action.Action is "PutObject" && request.Header("If-Match") is not null) accesses.Add(new Access("s3:GetObject", resource));
        accesses.AddRange(OfKey(request, operation));
        return accesses;
    }

    private IEnumerable<Access> OfKey(S3Request request, string operation)
    {
        var bucket = ArnOf(request.Bucket);
        return operation switch
        {
            "GetObject" => keys.For(bucket, "s3", ("aws:s3:arn", bucket), "Decrypt"),
            "PutObject" => keys.For(bucket, "s3", ("aws:s3:arn", bucket), "GenerateDataKey"),
            "CreateMultipartUpload" or "UploadPart" or "CompleteMultipartUpload" => keys.For(bucket, "s3", ("aws:s3:arn", bucket), "GenerateDataKey", "Decrypt"),
            _ => [],
        };
    }
}
