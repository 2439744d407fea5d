using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.S3;

/// <summary>S3's refusals, with its codes, statuses and words.</summary>
internal static class S3Error
{
    public static AwsError NoSuchBucket() => new("NoSuchBucket", "The specified bucket does not exist", 404);

    public static AwsError NoSuchKey() => new("NoSuchKey", "The specified key does not exist.", 404);

    public static AwsError NoSuchVersion() => new("NoSuchVersion", "The specified version does not exist.", 404);

    public static AwsError NoSuchUpload() => new(
        "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
        404);

    public static AwsError PreconditionFailed() => new("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);

    public static AwsError InvalidArgument(string message) => new("InvalidArgument", message);

    public static AwsError InvalidRequest(string message) => new("InvalidRequest", message);

    public static AwsError MalformedXml() => new(
        "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

    public static AwsError Locked() => new("AccessDenied", "Access Denied because object protected by object lock.", 403);

    public static AwsError MarkerNotAllowed() => new("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);

    public static AwsError NoLockOnBucket() => InvalidRequest("Bucket is missing Object Lock Configuration");

    public static AwsError NotImplemented(string operation) => AwsError.NotImplemented("s3", operation);
}
