using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>A client of the Lambda Runtime API, version 2018-06-01.</summary>
/// <param name="address">The value of <c>AWS_LAMBDA_RUNTIME_API</c>: host and port, and a path prefix where there is one.</param>
public sealed class RuntimeApi(string address) : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    // The sandbox is frozen between invocations, for minutes: no connection and no wait may be given up because time has passed.
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
    })
    {
        BaseAddress = new Uri($"http://{address.TrimEnd('/')}/2018-06-01/runtime/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Waits for the next invocation.</summary>
    public async Task<Received> NextAsync(CancellationToken stop)
    {
        using var answer = await http.GetAsync(new Uri("invocation/next", UriKind.Relative), stop);
        answer.EnsureSuccessStatusCode();
        var deadline = long.Parse(Header(answer, "Lambda-Runtime-Deadline-Ms") ?? "", CultureInfo.InvariantCulture);
        var invocation = new Invocation(
            Header(answer, "Lambda-Runtime-Aws-Request-Id") ?? throw new HttpRequestException("The Runtime API gave an invocation without an id."),
            Header(answer, "Lambda-Runtime-Trace-Id"),
            DateTimeOffset.FromUnixTimeMilliseconds(deadline));
        return new Received(invocation, Header(answer, "Lambda-Runtime-Invoked-Function-Arn"), await answer.Content.ReadAsByteArrayAsync(stop));
    }

    /// <returns>False when the answer is too large (413): an error has to be reported instead.</returns>
    public async Task<bool> AnswerAsync(string invocationId, byte[] answer, CancellationToken stop)
    {
        using var content = new ByteArrayContent(answer) { Headers = { ContentType = Json } };
        using var taken = await http.PostAsync(Of(invocationId, "response"), content, stop);
        if (taken.StatusCode == HttpStatusCode.RequestEntityTooLarge) return false;
        EnsureUsable(taken);
        return true;
    }

    /// <summary>Reports that one invocation failed.</summary>
    public Task FailAsync(string invocationId, string errorType, string errorMessage, CancellationToken stop) =>
        ReportAsync(Of(invocationId, "error"), errorType, errorMessage, stop);

    /// <summary>Reports that the function could not start.</summary>
    public Task FailInitialisationAsync(string errorType, string errorMessage, CancellationToken stop) =>
        ReportAsync(new Uri("init/error", UriKind.Relative), errorType, errorMessage, stop);

    public void Dispose() => http.Dispose();

    private async Task ReportAsync(Uri path, string errorType, string errorMessage, CancellationToken stop)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new ErrorReport(errorType, errorMessage, []), FunctionsJson.Default.ErrorReport);
        using var content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Add("Lambda-Runtime-Function-Error-Type", errorType);
        using var taken = await http.SendAsync(request, stop);
        EnsureUsable(taken);
    }

    /// <summary>4xx says that Lambda no longer waits for this invocation (it timed out): the next one goes on. 5xx is "exit promptly".</summary>
    private static void EnsureUsable(HttpResponseMessage answer)
    {
        if ((int)answer.StatusCode >= 500) answer.EnsureSuccessStatusCode();
    }

    private static Uri Of(string invocationId, string what) => new($"invocation/{Uri.EscapeDataString(invocationId)}/{what}", UriKind.Relative);

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.First() : null;
}

/// <param name="FunctionArn">The ARN that was invoked, with its alias or version.</param>
/// <param name="Input">The payload; never logged.</param>
public sealed record Received(Invocation Invocation, string? FunctionArn, byte[] Input);

/// <summary>How an error is reported to Lambda: the class, and an event id to find it in the logs by.</summary>
public sealed record ErrorReport(string ErrorType, string ErrorMessage, IReadOnlyList<string> StackTrace);
