using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Tests.Runtime;

/// <summary>An AWS service that gives the answers it was told to, in order, and remembers the calls. Half of each longest wait is drawn.</summary>
internal sealed class ScriptedAws : HttpMessageHandler
{
    /// <summary>Status and body; status 0 breaks the connection.</summary>
    public Queue<(int Status, string Body)> Answers { get; } = new();

    public List<string> Targets { get; } = [];

    public List<string> Bodies { get; } = [];

    public List<string> Authorizations { get; } = [];

    public EagerTime Time { get; } = new();

    public AwsJsonClient Client(string target)
    {
        var signing = new SigV4SigningHandler(new BasicAWSCredentials("key", "secret"), RegionEndpoint.EUWest1, "service", this);
        return new AwsJsonClient(new RetryHandler(signing, Time, () => 0.5), new Uri("http://127.0.0.1/"), target, "application/x-amz-json-1.1");
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Targets.Add(request.Headers.GetValues("X-Amz-Target").Single());
        Authorizations.Add(request.Headers.NonValidated["Authorization"].ToString());
        Bodies.Add(await request.Content!.ReadAsStringAsync(cancellationToken));
        var (status, body) = Answers.Dequeue();
        return status == 0 ? throw new HttpRequestException(body) : new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
    }

    /// <summary>A clock on which short waits end at once; the attempts' time limits never come.</summary>
    internal sealed class EagerTime : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= TimeSpan.FromSeconds(10) || dueTime < TimeSpan.Zero) return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
            Waits.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
