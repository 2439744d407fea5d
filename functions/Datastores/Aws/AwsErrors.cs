using System.Net;
using System.Xml;
using Amazon.Runtime;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Datastores.Aws;

/// <summary>Which family of failures an error of an AWS service belongs to.</summary>
internal static class AwsErrors
{
    /// <summary>The failure that <paramref name="error"/> stands for; null when it is not the service's, for example a defect of ours.</summary>
    public static Exception? Translate(Exception error) => error switch
    {
        AmazonServiceException service => Translate(service.ErrorCode ?? nameof(AmazonServiceException), service.StatusCode),
        AmazonClientException or HttpRequestException or IOException or XmlException => new DatastoreUnavailable(error.GetType().Name),
        OperationCanceledException or TimeoutException => new DatastoreUnavailable(nameof(TimeoutException)),
        _ => null,
    };

    /// <summary>As <see cref="Translate(Exception)"/>, for an error inside a successful answer.</summary>
    public static Exception Translate(string code, HttpStatusCode status) => code switch
    {
        _ when IsThrottle(code) => new DatastoreThrottled(code),
        _ when IsOutage(code) => new DatastoreUnavailable(code),
        // An archived object: no permission is missing, somebody has to restore it.
        "InvalidObjectState" => new DatastoreRejected(code),
        "ResourceNotFoundException" or "NoSuchBucket" => new DatastoreNotFound(code),
        _ when code.StartsWith("AccessDenied", StringComparison.Ordinal) || status == HttpStatusCode.Forbidden => new DatastoreAccessDenied(code),
        "UnrecognizedClientException" or "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "KMSAccessDeniedException" => new DatastoreAccessDenied(code),
        _ when status == HttpStatusCode.NotFound => new DatastoreNotFound(code),
        _ when (int)status is >= 400 and < 500 => new DatastoreRejected(code),
        _ => new DatastoreUnavailable(code),
    };

    /// <summary>Whether trying one entry of a batch again may help.</summary>
    public static bool IsTransient(string code) => IsThrottle(code) || IsOutage(code);

    private static bool IsOutage(string code) => code is
        "RequestTimeTooSkewed" or "ExpiredToken" or "ExpiredTokenException" or "RequestTimeout" or "OperationAborted"
        or "InternalError" or "InternalServerError" or "ServiceUnavailable";

    private static bool IsThrottle(string code) => code is
        "ProvisionedThroughputExceededException" or "ThrottlingException" or "Throttling" or "ThrottledException" or "RequestLimitExceeded"
        or "SlowDown" or "TooManyRequestsException" or "RequestThrottled" or "RequestThrottledException" or "BandwidthLimitExceeded"
        or "LimitExceededException" or "TransactionInProgressException" or "KMSThrottlingException" or "KMS.ThrottlingException";
}
