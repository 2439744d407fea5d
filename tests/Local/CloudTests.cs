using System.Net.Sockets;
using System.Text;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Tests.Local.Support;
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

    /// <summary>As boto3 does: it sends a body only when it is told to, and nothing but its next request otherwise.</summary>
    [Fact]
    public async Task A_client_that_was_refused_before_it_sent_its_body_is_told_to_go_on_elsewhere()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var cloud = await Cloud.StartAsync(new CloudOptions(), cancellation);
        using var client = new TcpClient();
        await client.ConnectAsync(cloud.Endpoint.Host, cloud.Endpoint.Port, cancellation);
        await using var stream = client.GetStream();
        var request = $"PUT /none/key HTTP/1.1\r\nHost: {cloud.Endpoint.Authority}\r\nAuthorization: {AwsJson.Authorization("s3")}\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";

        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellation);
        using var answer = new StreamReader(stream);
        var lines = new List<string>();
        while (await answer.ReadLineAsync(cancellation) is { Length: > 0 } line) lines.Add(line);

        lines[0].ShouldBe("HTTP/1.1 404 Not Found");
        lines.ShouldContain("Connection: close");
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
