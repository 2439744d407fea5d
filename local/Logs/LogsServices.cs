using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Logs;

internal static class LogsServices
{
    public static IServiceCollection AddLogs(this IServiceCollection services) => services
        .AddSingleton<LogStore>()
        .AddSingleton<IAwsService, LogsService>()
        .AddSingleton<IResourceProvider, LogsProvider>();
}
