using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using ServerlessGdpr.Local.StepFunctions.Api;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.History;
using ServerlessGdpr.Local.StepFunctions.Integrations;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;
using ServerlessGdpr.Local.StepFunctions.Sdk;

namespace ServerlessGdpr.Local.StepFunctions;

public static class StepFunctionsRegistration
{
    /// <summary>
    /// Adds Step Functions. It finds Lambda (<see cref="IFunctions"/>) and EventBridge (<see cref="IEventBuses"/>) when it needs them;
    /// a <see cref="Random"/> among the services seeds its jitter, UUIDs and random numbers.
    /// </summary>
    public static IServiceCollection AddStepFunctions(this IServiceCollection services) => services
        .AddSingleton(provider => new Chance(provider.GetService<Random>() ?? Random.Shared))
        .AddIntegrations()
        .AddDistributedMaps()
        .AddSingleton<ExecutionFeed>()
        .AddSingleton<TaskTokens>()
        .AddSingleton<WorkflowRunner>()
        .AddSingleton<ExecutionRunner>()
        .AddSingleton(provider => new StatusEvents(provider.GetService<IEventBuses>, provider.GetRequiredService<BackgroundWork>()))
        .AddSingleton<StateMachines>()
        .AddSingleton<ExecutionStore>()
        .AddSingleton<Executions>()
        .AddSingleton<IStateMachines>(provider => provider.GetRequiredService<Executions>())
        .AddSingleton<MachineOperations>()
        .AddSingleton<ExecutionOperations>()
        .AddSingleton<MapRunOperations>()
        .AddSingleton<TaskOperations>()
        .AddSingleton<IAwsService, StepFunctionsService>()
        .AddSingleton<IResourceProvider, StateMachineProvider>();

    private static IServiceCollection AddDistributedMaps(this IServiceCollection services) => services
        .AddSingleton(provider => new ObjectStores(roleArn => new S3Objects(provider.GetRequiredService<AwsHttpClient>(), roleArn)))
        .AddSingleton<MapRuns>()
        .AddSingleton<DistributedMapRunner>()
        .AddSingleton(provider => new ChildStarter(
            provider.GetRequiredService<ExecutionStore>(),
            provider.GetRequiredService<ExecutionRunner>,
            provider.GetService<Authorizer>(),
            provider.GetRequiredService<ExecutionFeed>(),
            provider.GetRequiredService<BackgroundWork>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Chance>()));

    private static IServiceCollection AddIntegrations(this IServiceCollection services)
    {
        services
            .AddSingleton(provider => new LambdaFunctions(provider.GetService<IFunctions>, provider.GetService<Authorizer>()))
            .AddSingleton(provider => new AwsHttpClient(() => provider.GetRequiredService<CloudAddress>().Endpoint, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<AwsJsonClient>()
            .AddSingleton<SdkMetadata>()
            .AddSingleton<IntegrationCatalog>()
            .AddSingleton<IIntegration, LambdaInvoke>();
        foreach (var operation in SdkOperations.All)
        {
            services.AddSingleton<IIntegration>(provider => new SdkIntegration(operation, provider.GetRequiredService<AwsHttpClient>(), provider.GetRequiredService<Chance>()));
        }

        foreach (var operation in HttpOperations.All)
        {
            services.AddSingleton<IIntegration>(provider => new HttpIntegration(operation, provider.GetRequiredService<AwsJsonClient>(), provider.GetRequiredService<SdkMetadata>()));
        }

        return services;
    }
}
