using Microsoft.Extensions.DependencyInjection;

namespace ServerlessGdpr.Local.Targets;

internal static class TargetServices
{
    public static IServiceCollection AddTargets(this IServiceCollection services) => services
        .AddSingleton<TargetInvoker>()
        .AddSingleton<Deliveries>();
}
