using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Rds;

internal static class RdsServices
{
    public static IServiceCollection AddRds(this IServiceCollection services) => services
        .AddSingleton<RdsFixtures>()
        .AddSingleton<IAwsService, RdsService>();
}
