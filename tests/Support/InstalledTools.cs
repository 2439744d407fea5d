using ServerlessGdpr.Local.Toolchain;
using ServerlessGdpr.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(InstalledTools))]

namespace ServerlessGdpr.Tests.Support;

/// <summary>Sees to it that a fresh clone has what the tests run: the same that <c>dotnet run --project local</c> installs, or names.</summary>
public sealed class InstalledTools : IAsyncLifetime
{
    public async ValueTask InitializeAsync() =>
        await new DeveloperTools(ServerlessGdpr.Local.Toolchain.Repository.Find(), TimeProvider.System, Console.WriteLine).EnsureAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
