using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Kms;
using ServerlessGdpr.Local.S3;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>A cloud on one loopback endpoint. Disposing it stops every child process.</summary>
public sealed class Cloud : IAsyncDisposable
{
    private readonly WebApplication app;

    private Cloud(WebApplication app, CloudOptions options)
    {
        this.app = app;
        Options = options;
        Endpoint = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
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
        builder.Services.AddSingleton(options).AddSingleton<InFlight>().AddSingleton<AwsEndpoint>();
        builder.Services.AddSingleton(services => options.VirtualStart is { } start
            ? new VirtualTime(start, services.GetRequiredService<InFlight>())
            : TimeProvider.System);
        AddServices(builder.Services);

        var host = builder.Build();
        host.Run(host.Services.GetRequiredService<AwsEndpoint>().HandleAsync);
        await host.StartAsync(cancellation);
        return new Cloud(host, options);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static void AddServices(IServiceCollection services)
    {
        // One line per service, each in its own folder: services.AddSingleton<X>().AddSingleton<IAwsService>(p => p.GetRequiredService<X>()) ...
        services.AddKms();
        services.AddDynamoDb();
        services.AddS3();
    }
}
