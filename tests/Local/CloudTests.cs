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
}
