using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Local.CloudFormation;
using ServerlessGdpr.Local.CloudTrail;
using ServerlessGdpr.Local.CloudWatch;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.EventBridge;
using ServerlessGdpr.Local.Iam;
using ServerlessGdpr.Local.Kms;
using ServerlessGdpr.Local.Lambda;
using ServerlessGdpr.Local.Logs;
using ServerlessGdpr.Local.S3;
using ServerlessGdpr.Local.Scheduler;
using ServerlessGdpr.Local.Sns;
using ServerlessGdpr.Local.Sqs;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.Targets;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>A cloud on one loopback endpoint. Disposing it stops every child process.</summary>
public sealed class Cloud : IAsyncDisposable
{
    private readonly WebApplication app;

    private Cloud(WebApplication app, CloudOptions options)
    {
        this.app = app;
        Options = options;
        Endpoint = app.Services.GetRequiredService<CloudAddress>().Endpoint;
    }

    public CloudOptions Options { get; }

    /// <summary>Where ordinary AWS clients find every service.</summary>
    public Uri Endpoint { get; }

    public TimeProvider Time => app.Services.GetRequiredService<TimeProvider>();

    /// <summary>The clock to move; only when the cloud was started with <see cref="CloudOptions.VirtualStart"/>.</summary>
    public VirtualTime VirtualTime => (VirtualTime)Time;

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<Cloud> StartAsync(CloudOptions options, CancellationToken cancellation = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddSingleton(options).AddSingleton<InFlight>().AddSingleton<AwsEndpoint>().AddSingleton<CloudAddress>()
            .AddSingleton<DataDirectory>().AddSingleton<BackgroundWork>().AddTransient(typeof(Lazy<>), typeof(LazyService<>))
            .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton(services => options.VirtualStart is { } start
            ? new VirtualTime(start, services.GetRequiredService<InFlight>())
            : TimeProvider.System);
        AddServices(builder.Services);
        options.ConfigureServices?.Invoke(builder.Services);

        var host = builder.Build();
        host.Run(host.Services.GetRequiredService<AwsEndpoint>().HandleAsync);
        await host.StartAsync(cancellation);
        return new Cloud(host, options);
    }

    public async ValueTask DisposeAsync()
    {
        // Background work first: its long polls would keep the host from stopping.
        await app.Services.GetRequiredService<BackgroundWork>().DisposeAsync();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static void AddServices(IServiceCollection services)
    {
        // One line per service, each in its own folder.
        services.AddCloudFormation();
        services.AddTargets();
        services.AddEventBridge();
        services.AddScheduler();
        services.AddSns();
        services.AddIam();
        services.AddLogs();
        services.AddCloudWatch();
        services.AddSqs();
        services.AddKms();
        services.AddDynamoDb();
        services.AddCloudTrail();
        services.AddLambda();
        services.AddStepFunctions();
        services.AddS3();
    }
}
