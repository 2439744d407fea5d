using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.CloudWatch;

internal static class CloudWatchServices
{
    public static IServiceCollection AddCloudWatch(this IServiceCollection services) => services
        .AddSingleton<AlarmProvider>()
        .AddSingleton<IResourceProvider>(all => all.GetRequiredService<AlarmProvider>());
}
