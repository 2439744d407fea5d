using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

internal static class SqsServices
{
    public static IServiceCollection AddSqs(this IServiceCollection services) => services
        .AddSingleton<QueueStore>()
        .AddSingleton<IQueues>(all => all.GetRequiredService<QueueStore>())
        .AddSingleton<IAwsService, SqsService>()
        .AddSingleton<IResourceProvider, QueueProvider>();
}
