using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda.Hosts;
using ServerlessGdpr.Tests.EndToEnd;
using Xunit;

namespace ServerlessGdpr.Tests.Clients;

/// <summary>A local cloud with the app deployed, on the machine's clock, as its clients are.</summary>
public sealed class ClientCloud(SynthesizedSystem app, DynamoDbLocalProcess dynamoDb) : IAsyncLifetime
{
    private static readonly BackupTimings Hasty = new() { Backup = TimeSpan.FromMilliseconds(200), Restore = TimeSpan.FromMilliseconds(500), CallEvent = TimeSpan.FromMilliseconds(200) };
    private Cloud? cloud;

    public Uri Endpoint => cloud!.Endpoint;

    /// <summary>Defects in what the cloud does by itself.</summary>
    public IEnumerable<Exception> Faults => cloud!.Get<BackgroundWork>().Faults;

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        cloud = await Cloud.StartAsync(new CloudOptions { DynamoDb = dynamoDb, FunctionProgram = RunAsync, ConfigureServices = services => services.AddSingleton(Hasty) }, cancellation);
        await cloud.Get<Deployer>().DeployAppAsync(app.CloudAssembly, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (cloud is not null) await cloud.DisposeAsync();
    }

    private static async Task RunAsync(FunctionEnvironment environment, CancellationToken stop)
    {
        await using var output = new LineWriter(environment.WriteLine);
        await FunctionHost.RunAsync(environment.Variables, environment.Clock, stop, output);
    }
}
