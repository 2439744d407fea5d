using System.Net;
using System.Text;
using Amazon.Runtime;
using ServerlessGdpr.Functions.Runtime.Aws;

namespace ServerlessGdpr.Tests.Datastores;

/// <summary>The process ended: nothing after it runs, and no retry hears of it.</summary>
internal sealed class ProcessKilled() : Exception("killed");

/// <summary>What goes wrong between a client and its service. The calls are numbered from 1, in the order they are made.</summary>
internal sealed class Faults : HttpClientFactory
{
    private int calls;

    /// <summary>Runs before a call reaches the service; an answer of its own takes the service's place.</summary>
    public Func<int, HttpRequestMessage, Task<HttpResponseMessage?>>? Before { get; set; }

    /// <summary>Runs after the service has done what it was asked, before the client hears of it; it may change the answer.</summary>
    public Func<int, HttpRequestMessage, HttpResponseMessage, Task<HttpResponseMessage>>? After { get; set; }

    public int Calls => calls;

    public void Reset()
    {
        calls = 0;
        Before = null;
        After = null;
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new WholeAnswers(() => new Handler(this)).CreateHttpClient(clientConfig);

    public static HttpResponseMessage DynamoDbError(string code, HttpStatusCode status = HttpStatusCode.BadRequest) => new(status)
    {
        Content = new StringContent($$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{code}}","message":"secret-key"}""", Encoding.UTF8, "application/x-amz-json-1.0"),
    };

    public static HttpResponseMessage S3Error(string code, HttpStatusCode status) => new(status)
    {
        Content = new StringContent($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>secret-key</Message></Error>", Encoding.UTF8, "application/xml"),
    };

    /// <summary>The DynamoDB operation of a call.</summary>
    public static string Target(HttpRequestMessage request) => request.Headers.TryGetValues("X-Amz-Target", out var values) ? values.First().Split('.')[1] : "";

    private sealed class Handler(Faults faults) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref faults.calls);
            if (faults.Before is { } before && await before(number, request) is { } instead)
            {
                instead.RequestMessage = request;
                return instead;
            }

            var answer = await base.SendAsync(request, cancellationToken);
            return faults.After is { } after ? await after(number, request, answer) : answer;
        }
    }
}
