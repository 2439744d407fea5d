using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Lambda.EventSources;
using ServerlessGdpr.Local.Lambda.Hosts;
using ServerlessGdpr.Local.Processes;

namespace ServerlessGdpr.Local.Lambda;

public static class LambdaServices
{
    public static IServiceCollection AddLambda(this IServiceCollection services) => services
        .AddSingleton<Orphanage>()
        .AddSingleton<IFunctionHost>(provider => provider.GetRequiredService<CloudOptions>().FunctionProgram is { } program
            ? new InProcessHost(program, provider.GetRequiredService<TimeProvider>())
            : new ProcessHost(provider.GetRequiredService<Orphanage>(), provider.GetRequiredService<CloudOptions>().ProcessesOfFunction))
        .AddSingleton<IFunctionLogs, FunctionLogs>()
        .AddSingleton<FunctionCatalog>().AddSingleton<WorkerFactory>().AddSingleton<WorkerPool>()
        .AddSingleton<FunctionInvoker>().AddSingleton<IFunctions>(provider => provider.GetRequiredService<FunctionInvoker>())
        .AddSingleton<IPathEndpoint, RuntimeApi>()
        .AddSingleton<AsyncInvocations>().AddSingleton<IEventFunctions>(provider => provider.GetRequiredService<AsyncInvocations>())
        .AddSingleton<EventSourceMappings>().AddSingleton<QueuePermissions>()
        .AddSingleton<IResourceProvider, LambdaResources>()
        .AddSingleton<IAwsService, LambdaService>();
}
