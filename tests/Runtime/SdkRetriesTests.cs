using System.Net;
using Amazon.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

/// <summary>An AWS that always fails.</summary>
public sealed class SdkRetriesTests : IAsyncLifetime
{
    private readonly ScriptedAws.EagerTime time = new();
    private WebApplication failing = null!;
    private AwsClients clients = null!;
    private int calls;

    public static TheoryData<string> Services => ["DynamoDB", "KMS", "S3"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        failing = builder.Build();
        failing.Run(context =>
        {
            Interlocked.Increment(ref calls);
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        });
        await failing.StartAsync(Cancellation);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_ACCESS_KEY_ID"] = "key",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["AWS_ENDPOINT_URL"] = failing.Urls.Single(),
        };
        clients = new AwsClients(Settings.Read(environment, []), time);
    }

    public async ValueTask DisposeAsync()
    {
        clients.Dispose();
        await failing.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task The_SDK_pauses_on_the_clock_of_the_function(string service)
    {
        var failure = await Should.ThrowAsync<AmazonServiceException>(() => CallAsync(service));

        failure.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        calls.ShouldBe(5);
        time.Waits.Count.ShouldBe(4);
        time.Waits.Zip([1, 2, 4, 8]).ShouldAllBe(wait => wait.First >= TimeSpan.Zero && wait.First < TimeSpan.FromSeconds(wait.Second));
    }

    private Task CallAsync(string service) => service switch
    {
        "DynamoDB" => clients.DynamoDb.ListTablesAsync(Cancellation),
        "KMS" => clients.Kms.DescribeKeyAsync("alias/key", Cancellation),
        _ => clients.S3.GetObjectMetadataAsync("bucket", "key", Cancellation),
    };
}
