using Microsoft.Extensions.DependencyInjection;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Tests.Local.Support;

internal static class Clouds
{
    public static readonly DateTimeOffset Start = new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);

    public static Task<Cloud> StartAsync(CancellationToken cancellation, Action<IServiceCollection>? services = null) =>
        Cloud.StartAsync(new CloudOptions { VirtualStart = Start, ConfigureServices = services }, cancellation);
}
