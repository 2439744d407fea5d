using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

public sealed class CloudTests
{
    [Fact]
    public async Task An_unsigned_request_is_refused_and_never_answered_with_200()
    {
        await using var cloud = await Cloud.StartAsync(new CloudOptions(), TestContext.Current.CancellationToken);
        using var http = new HttpClient();

        var answer = await http.PostAsync(cloud.Endpoint, new StringContent("{}"), TestContext.Current.CancellationToken);

        ((int)answer.StatusCode).ShouldBe(501);
    }

    [Fact]
    public async Task Background_work_that_waits_ends_with_the_cloud()
    {
        var cloud = await Cloud.StartAsync(new CloudOptions { VirtualStart = DateTimeOffset.UnixEpoch }, TestContext.Current.CancellationToken);
        var background = cloud.Get<BackgroundWork>();
        var ended = false;
        background.Run(async (work, stopping) =>
        {
            await work.WaitAsync(() => Task.Delay(TimeSpan.FromDays(1), cloud.Time, stopping)).ContinueWith(_ => ended = true, TaskScheduler.Default);
        });

        await cloud.DisposeAsync();

        ended.ShouldBeTrue();
        background.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_defect_in_background_work_is_kept_for_everyone_to_see()
    {
        await using var cloud = await Cloud.StartAsync(new CloudOptions(), TestContext.Current.CancellationToken);
        var background = cloud.Get<BackgroundWork>();

        background.Run((_, _) => throw new InvalidOperationException("broken"));
        await cloud.Get<InFlight>().RestAsync(TestContext.Current.CancellationToken);

        background.Faults.ShouldHaveSingleItem().Message.ShouldBe("broken");
    }
}
