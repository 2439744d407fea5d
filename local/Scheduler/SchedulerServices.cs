using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Scheduler;

internal static class SchedulerServices
{
    public static IServiceCollection AddScheduler(this IServiceCollection services) => services
        .AddSingleton<ScheduleRunner>()
        .AddSingleton<Schedules>()
        .AddSingleton<IAwsService, SchedulerService>()
        .AddSingleton<IResourceProvider, SchedulerProvider>();
}
