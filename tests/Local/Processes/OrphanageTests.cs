using System.Diagnostics;
using ServerlessGdpr.Local.Processes;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Processes;

public sealed class OrphanageTests
{
    [Fact]
    public async Task A_process_that_has_not_left_is_killed_at_the_end()
    {
        using var first = Process.Start("/bin/sleep", "600");
        using var second = Process.Start("/bin/sleep", "600");
        using var third = Process.Start("/bin/sleep", "600");
        using (var orphanage = new Orphanage())
        {
            orphanage.Enter(first.Id);
            orphanage.Enter(second.Id);
            orphanage.Enter(third.Id);
            orphanage.Leave(second.Id);
        }

        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        await third.WaitForExitAsync(TestContext.Current.CancellationToken);
        second.HasExited.ShouldBeFalse();
        second.Kill();
    }
}
