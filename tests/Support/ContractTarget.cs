using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;
using ServerlessGdpr.Local.Hosting;
using Xunit;

namespace ServerlessGdpr.Tests.Support;

/// <summary>
/// Another implementation of AWS that contract tests are held against instead of the local cloud: <c>CONTRACT_ENDPOINT</c>, <c>CONTRACT_ACCESS_KEY</c>,
/// <c>CONTRACT_SECRET_KEY</c> and <c>CONTRACT_REGION</c>, or, for one service alone, the same with <c>S3_</c>, <c>DYNAMODB_</c>, <c>SQS_</c>, <c>KMS_</c>,
/// <c>EVENTBRIDGE_</c> or <c>SCHEDULER_</c> before it.
/// </summary>
internal sealed record ContractTarget(string Endpoint, string AccessKey, string SecretKey, string Region)
{
    /// <returns>Null for the local cloud.</returns>
    public static ContractTarget? Of(string service) => Setting(service, "ENDPOINT") is { } endpoint
        ? new ContractTarget(endpoint, Setting(service, "ACCESS_KEY") ?? "contract", Setting(service, "SECRET_KEY") ?? "contract", Setting(service, "REGION") ?? "us-east-1")
        : null;

    public static ContractTarget Local(Uri endpoint) => new(endpoint.ToString(), "contract", "contract", CloudOptions.Region);

    /// <summary>For services whose client is no part of the tests.</summary>
    public HttpClient Client(string service) =>
        new(new SigV4SigningHandler(new BasicAWSCredentials(AccessKey, SecretKey), RegionEndpoint.GetBySystemName(Region), service, new SocketsHttpHandler()))
        {
            BaseAddress = new Uri(Endpoint),
        };

    /// <summary>For what moves the clock of the local cloud or looks into it. With another implementation the test is skipped here.</summary>
    public static Cloud Required(Cloud? cloud)
    {
        if (cloud is null) Assert.Skip("It moves the clock of the local cloud, or looks into it.");
        return cloud;
    }

    private static string? Setting(string service, string name) =>
        Environment.GetEnvironmentVariable($"{service}_CONTRACT_{name}") is { Length: > 0 } own ? own
        : Environment.GetEnvironmentVariable($"CONTRACT_{name}") is { Length: > 0 } common ? common
        : null;
}
