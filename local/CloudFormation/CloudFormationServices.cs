using Microsoft.Extensions.DependencyInjection;

namespace ServerlessGdpr.Local.CloudFormation;

internal static class CloudFormationServices
{
    public static IServiceCollection AddCloudFormation(this IServiceCollection services) => services
        .AddSingleton<Deployments>()
        .AddSingleton<Deployer>();
}
