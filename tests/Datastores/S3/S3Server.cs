using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Datastores.S3;
using Xunit;

[assembly: AssemblyFixture(typeof(S3Server))]

namespace ServerlessGdpr.Tests.Datastores.S3;

/// <summary>
/// The S3 that the contract is tested against: the local cloud's, or another one named by <c>S3_CONTRACT_ENDPOINT</c>,
/// <c>S3_CONTRACT_ACCESS_KEY</c>, <c>S3_CONTRACT_SECRET_KEY</c> and <c>S3_CONTRACT_REGION</c>. Tests share it, each with buckets of its own.
/// </summary>
public sealed class S3Server : IAsyncLifetime
{
    private Cloud? cloud;

    public async ValueTask InitializeAsync()
    {
        if (Setting("S3_CONTRACT_ENDPOINT") is null) cloud = await Cloud.StartAsync(new CloudOptions(), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (cloud is not null) await cloud.DisposeAsync();
    }

    internal static async Task<S3Store> StoreAsync()
    {
        var server = await TestContext.Current.GetFixture<S3Server>() ?? throw new InvalidOperationException("S3 is not a fixture of this assembly.");
        return new S3Store(
            Setting("S3_CONTRACT_ENDPOINT") ?? server.cloud!.Endpoint.ToString(),
            Setting("S3_CONTRACT_ACCESS_KEY") ?? "contract",
            Setting("S3_CONTRACT_SECRET_KEY") ?? "contract",
            Setting("S3_CONTRACT_REGION") ?? (server.cloud is null ? "us-east-1" : CloudOptions.Region));
    }

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
