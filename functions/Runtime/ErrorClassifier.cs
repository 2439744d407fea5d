using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>Turns whatever a handler threw into an exception of the two families where it is known; the rest keep their class.</summary>
public static class ErrorClassifier
{
    private static readonly HashSet<string> Denied = new(StringComparer.Ordinal)
    {
        "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "AuthorizationErrorException", "KMSAccessDeniedException",
        "InvalidCiphertextException", "IncorrectKeyException", "InvalidKeyUsageException",
        "DisabledException", "KMSInvalidStateException", "KMS.DisabledException", "KMS.KMSInvalidStateException",
    };

    private static readonly HashSet<string> Missing = new(StringComparer.Ordinal)
    {
        "ResourceNotFoundException", "ResourceNotFound", "TableNotFoundException", "NoSuchBucket", "NotFoundException", "KMS.NotFoundException",
        "StateMachineDoesNotExist",
    };

    private static readonly HashSet<string> Throttled = new(StringComparer.Ordinal)
    {
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "TooManyRequestsException", "LimitExceededException", "SlowDown",
        "TransactionInProgressException", "KMSInternalException", "DependencyTimeoutException", "RequestTimeout", "InternalServerError",
    };

    /// <param name="deadlinePassed">The invocation's token was cancelled: a cancellation is then the deadline's.</param>
    public static Exception Classify(Exception thrown, bool deadlinePassed) => thrown switch
    {
        TransientFailure or PermanentFailure => thrown,
        AggregateException { InnerException: { } first } => Classify(first, deadlinePassed),
        OperationCanceledException when deadlinePassed => new DeadlineExceeded(thrown),
        AmazonServiceException { StatusCode: var status, ErrorCode: var code } => FromAws(thrown, code ?? "", status),
        AmazonClientException or HttpRequestException or IOException or SocketException or TimeoutException => new AwsUnavailable(thrown),
        OperationCanceledException { InnerException: TimeoutException } => new AwsUnavailable(thrown),
        _ => thrown,
    };

    /// <summary>Whether the same call may succeed a little later.</summary>
    public static bool IsThrottlingOrOutage(string code, HttpStatusCode status) =>
        status == HttpStatusCode.TooManyRequests
        || (int)status >= 500
        || Throttled.Contains(code)
        || code.StartsWith("Throttl", StringComparison.Ordinal);

    private static Exception FromAws(Exception thrown, string code, HttpStatusCode status)
    {
        if (Denied.Contains(code)) return new AwsAccessDenied(thrown);
        if (Missing.Contains(code)) return new AwsResourceNotFound(thrown);
        // No status: the client never got an answer.
        return status is default(HttpStatusCode) || IsThrottlingOrOutage(code, status) ? new AwsUnavailable(thrown) : new AwsRefused(thrown);
    }
}
