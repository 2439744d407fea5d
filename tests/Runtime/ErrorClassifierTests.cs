using System.Net;
using System.Net.Sockets;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using ServerlessGdpr.Functions.Runtime;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

public sealed class ErrorClassifierTests
{
    public static TheoryData<string, int, string> AwsErrors => new()
    {
        { "AccessDeniedException", 400, nameof(AwsAccessDenied) },
        { "AccessDenied", 403, nameof(AwsAccessDenied) },
        { "InvalidCiphertextException", 400, nameof(AwsAccessDenied) },
        { "KMSInvalidStateException", 400, nameof(AwsAccessDenied) },
        { "ResourceNotFoundException", 400, nameof(AwsResourceNotFound) },
        { "NoSuchBucket", 404, nameof(AwsResourceNotFound) },
        { "StateMachineDoesNotExist", 400, nameof(AwsResourceNotFound) },
        { "ThrottlingException", 400, nameof(AwsUnavailable) },
        { "ProvisionedThroughputExceededException", 400, nameof(AwsUnavailable) },
        { "SlowDown", 503, nameof(AwsUnavailable) },
        { "InternalFailure", 500, nameof(AwsUnavailable) },
        { "Anything", 429, nameof(AwsUnavailable) },
        { "ValidationException", 400, nameof(AwsRefused) },
        { "ConditionalCheckFailedException", 400, nameof(AwsRefused) },
    };

    [Theory]
    [MemberData(nameof(AwsErrors))]
    public void An_error_of_AWS_becomes_one_of_four_classes(string code, int status, string expected) =>
        Class(new AmazonServiceException("", null, ErrorType.Unknown, code, "", (HttpStatusCode)status)).ShouldBe(expected);

    [Fact]
    public void An_SDK_s_own_exception_classes_are_told_by_their_code() =>
        Class(new KMSInvalidStateException("") { ErrorCode = "KMSInvalidStateException", StatusCode = HttpStatusCode.BadRequest }).ShouldBe(nameof(AwsAccessDenied));

    [Fact]
    public void What_never_reached_AWS_is_transient()
    {
        Class(new AmazonClientException("")).ShouldBe(nameof(AwsUnavailable));
        Class(new AmazonServiceException("", new HttpRequestException())).ShouldBe(nameof(AwsUnavailable));
        Class(new HttpRequestException()).ShouldBe(nameof(AwsUnavailable));
        Class(new SocketException()).ShouldBe(nameof(AwsUnavailable));
        Class(new TaskCanceledException("", new TimeoutException())).ShouldBe(nameof(AwsUnavailable));
    }

    [Fact]
    public void A_cancellation_is_the_deadline_s_only_when_the_deadline_has_passed()
    {
        Class(new OperationCanceledException(), deadlinePassed: true).ShouldBe(nameof(DeadlineExceeded));
        Class(new AggregateException(new TaskCanceledException()), deadlinePassed: true).ShouldBe(nameof(DeadlineExceeded));
        Class(new OperationCanceledException()).ShouldBe(nameof(OperationCanceledException));
    }

    [Fact]
    public void A_failure_of_the_two_families_stays_as_it_is_even_at_the_deadline()
    {
        var failure = new InvalidInput();

        ErrorClassifier.Classify(failure, deadlinePassed: true).ShouldBeSameAs(failure);
    }

    [Fact]
    public void Anything_else_keeps_its_class() => Class(new FormatException()).ShouldBe(nameof(FormatException));

    private static string Class(Exception thrown, bool deadlinePassed = false) => ErrorClassifier.Classify(thrown, deadlinePassed).GetType().Name;
}
