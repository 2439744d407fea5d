using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Lambda.Hosts;

namespace ServerlessGdpr.Tests.Local.Lambda;

/// <summary>The smallest runtime loop there is, for functions that are a delegate of a test.</summary>
internal static class TinyRuntime
{
    /// <param name="handle">Gets the event and where it runs; an exception becomes the function's error.</param>
    public static FunctionProgram Of(Func<string, FunctionEnvironment, Task<string>> handle) => async (environment, cancellation) =>
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{environment.Variables["AWS_LAMBDA_RUNTIME_API"]}/2018-06-01/runtime/"), Timeout = Timeout.InfiniteTimeSpan };
        while (true)
        {
            using var next = await http.GetAsync("invocation/next", cancellation);
            next.EnsureSuccessStatusCode();
            var id = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
            try
            {
                var answer = await handle(await next.Content.ReadAsStringAsync(cancellation), environment);
                using var posted = await http.PostAsync($"invocation/{id}/response", new StringContent(answer), cancellation);
                if (posted.StatusCode != HttpStatusCode.RequestEntityTooLarge) posted.EnsureSuccessStatusCode();
            }
            catch (InvalidOperationException failure)
            {
                var error = new JsonObject { ["errorType"] = failure.GetType().Name, ["errorMessage"] = failure.Message };
                using var posted = await http.PostAsJsonAsync($"invocation/{id}/error", error, cancellation);
                posted.EnsureSuccessStatusCode();
            }
        }
    };

    public static FunctionProgram Of(Func<string, string> handle) => Of((payload, _) => Task.FromResult(handle(payload)));
}
