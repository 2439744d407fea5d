using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.EventBridge;

internal static class EventBridgeServices
{
    public static IServiceCollection AddEventBridge(this IServiceCollection services) => services
        .AddSingleton<EventBuses>()
        .AddSingleton<IEventBuses>(all => all.GetRequiredService<EventBuses>())
        .AddSingleton<IAwsService, EventBridgeService>()
        .AddSingleton<IResourceProvider, EventBridgeProvider>();
}
