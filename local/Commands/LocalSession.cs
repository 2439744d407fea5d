using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.Demo;
using ServerlessGdpr.Local.DynamoDb.Backups;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.Toolchain;

namespace ServerlessGdpr.Local.Commands;

/// <summary>A local cloud with everything deployed, as the commands use it.</summary>
internal sealed class LocalSession : IAsyncDisposable
{
    private static readonly TimeSpan KeepData = TimeSpan.FromDays(1);

    /// <summary>On the machine's clock nobody wants to wait for backups and restores as long as on AWS.</summary>
    private static readonly BackupTimings Hasty = new()
    {
        Backup = TimeSpan.FromMilliseconds(500),
        Restore = TimeSpan.FromSeconds(2),
        CallEvent = TimeSpan.FromMilliseconds(500),
        JobStart = TimeSpan.FromMilliseconds(500),
        JobRun = TimeSpan.FromSeconds(2),
    };

    private LocalSession(Repository repository, Cloud cloud, CloudClients clients, StatusWatch statuses, string busName)
    {
        Repository = repository;
        Cloud = cloud;
        Clients = clients;
        Statuses = statuses;
        BusName = busName;
        Executions = new ExecutionWatch(cloud.Get<ExecutionFeed>());
    }

    public Repository Repository { get; }

    public Cloud Cloud { get; }

    public CloudClients Clients { get; }

    public StatusWatch Statuses { get; }

    /// <summary>The deployed stack's own event bus.</summary>
    public string BusName { get; }

    public ExecutionWatch Executions { get; }

    public Shop? Shop { get; private set; }

    public Deployments Deployments => Cloud.Get<Deployments>();

    public static async Task<LocalSession> StartAsync(SessionOptions options, RunLog log, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var repository = Repository.Find();
        await new DeveloperTools(repository, time, text => log.Line(text)).EnsureAsync(cancellation);
        var assembly = await new Synthesis(repository, time, text => log.Line(text)).EnsureAsync(options.FunctionCode, cancellation);
        var cloud = await StartCloudAsync(options, DataDirectory(repository, time), cancellation);
        try
        {
            log.Line($"The local cloud listens on {Address(cloud)}");
            await cloud.Get<Deployer>().DeployAppAsync(assembly, cancellation);
            log.Line($"Deployed {string.Join(", ", cloud.Get<Deployments>().Stacks.Select(stack => $"{stack.Name} ({stack.Resources.Count} resources)"))}");
            var bus = cloud.Get<Deployments>().OfType("AWS::Events::EventBus").Single().Ref;
            var statuses = await StatusWatch.StartAsync(cloud, bus, cancellation);
            var session = new LocalSession(repository, cloud, new CloudClients(cloud.Endpoint, time), statuses, bus);
            if (options.Seed) await session.SeedAsync(log, cancellation);
            return session;
        }
        catch
        {
            await cloud.DisposeAsync();
            throw;
        }
    }

    public static string Address(Cloud cloud) => cloud.Endpoint.GetLeftPart(UriPartial.Authority);

    public async ValueTask DisposeAsync()
    {
        foreach (var fault in Cloud.Get<BackgroundWork>().Faults) await Console.Error.WriteLineAsync(Defects.Describe(fault));
        Executions.Dispose();
        Clients.Dispose();
        await Cloud.DisposeAsync();
    }

    private static async Task<Cloud> StartCloudAsync(SessionOptions options, string dataDirectory, CancellationToken cancellation)
    {
        try
        {
            return await Cloud.StartAsync(
                new CloudOptions { Port = options.Port, DataDirectory = dataDirectory, ConfigureServices = services => services.AddSingleton(Hasty), ProcessesOfFunction = options.ProcessesOfFunction },
                cancellation);
        }
        catch (IOException inUse)
        {
            throw new SetupError($"Port {options.Port} cannot be listened on: {inUse.Message}");
        }
    }

    /// <summary>One per process, kept for a day: the functions' logs are in it.</summary>
    private static string DataDirectory(Repository repository, TimeProvider time)
    {
        var all = Directory.CreateDirectory(Path.Combine(repository.LocalDirectory, "clouds"));
        foreach (var old in all.EnumerateDirectories().Where(folder => time.GetUtcNow().UtcDateTime - folder.CreationTimeUtc > KeepData)) old.Delete(recursive: true);
        return all.CreateSubdirectory($"{time.GetUtcNow():yyyyMMdd-HHmmss}-{Environment.ProcessId}").FullName;
    }

    private async Task SeedAsync(RunLog log, CancellationToken cancellation)
    {
        Shop = Shop.Create();
        await new ShopSeed(Clients).WriteAsync(Shop, cancellation);
        log.Line($"Seeded the shop: {Shop.People.Count} people, {Shop.People.Sum(person => person.Orders.Count)} orders, {Shop.People.Sum(person => person.Uploads.Count)} uploads");
    }
}

/// <param name="Port">0 takes a free one.</param>
/// <param name="Seed">Whether the demo shop gets its customers.</param>
/// <param name="FunctionCode">The folder of a published function binary; null for the one built with this program.</param>
/// <param name="ProcessesOfFunction">As in <see cref="CloudOptions"/>.</param>
internal sealed record SessionOptions(int Port, bool Seed, string? FunctionCode, int? ProcessesOfFunction = null);
