using Microsoft.Extensions.DependencyInjection;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>Lets services that call each other be constructed: a constructor takes <c>Lazy&lt;IFunctions&gt;</c> and asks for its value on first use.</summary>
internal sealed class LazyService<T>(IServiceProvider services) : Lazy<T>(services.GetRequiredService<T>)
    where T : notnull;
