using Microsoft.Extensions.DependencyInjection;

namespace ServerlessGdpr.Local.CloudTrail;

internal static class CloudTrailServices
{
    public static IServiceCollection AddCloudTrail(this IServiceCollection services) => services
        .AddSingleton<RestoreAnnouncements>()
        .AddSingleton<CallEvents>();
}
