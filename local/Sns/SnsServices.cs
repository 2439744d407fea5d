using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sns;

internal static class SnsServices
{
    public static IServiceCollection AddSns(this IServiceCollection services) => services
        .AddSingleton<Topics>()
        .AddSingleton<ITopics>(all => all.GetRequiredService<Topics>())
        .AddSingleton<IAwsService, SnsService>()
        .AddSingleton<IResourceProvider, SnsProvider>();
}
