using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Datastores.S3;
using ServerlessGdpr.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(S3Server))]

namespace ServerlessGdpr.Tests.Datastores.S3;

/// <summary>The S3 that the contract is tested against: the local cloud's, or that of a <see cref="ContractTarget"/>. Tests share it, each with buckets of its own.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private Cloud? cloud;

    public async ValueTask InitializeAsync()
    {
        if (ContractTarget.Of("S3") is null) cloud = await Cloud.StartAsync(new CloudOptions(), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (cloud is not null) await cloud.DisposeAsync();
    }

    internal static async Task<S3Store> StoreAsync()
    {
        var server = await TestContext.Current.GetFixture<S3Server>() ?? throw new InvalidOperationException("S3 is not a fixture of this assembly.");
        var target = ContractTarget.Of("S3") ?? ContractTarget.Local(server.cloud!.Endpoint);
        return new S3Store(target.Endpoint, target.AccessKey, target.SecretKey, target.Region);
    }
}
