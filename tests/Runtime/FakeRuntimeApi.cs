using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Tests.Runtime;

/// <summary>The Lambda Runtime API as a function sees it, under a path prefix as the local cloud has one.</summary>
internal sealed class FakeRuntimeApi : IAsyncDisposable
{
    private const string Prefix = "/worker-1/2018-06-01/runtime/";
    private readonly WebApplication app;
    private readonly Channel<Queued> invocations = Channel.CreateUnbounded<Queued>();
    private readonly Channel<Report> reports = Channel.CreateUnbounded<Report>();

    private FakeRuntimeApi(WebApplication app)
    {
        this.app = app;
        app.Run(HandleAsync);
    }

    /// <summary>The value for <c>AWS_LAMBDA_RUNTIME_API</c>.</summary>
    public string Address => new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority + "/worker-1";

    /// <summary>What the next response (not error) is answered with.</summary>
    public int ResponseStatus { get; set; } = 202;

    public static async Task<FakeRuntimeApi> StartAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var api = new FakeRuntimeApi(builder.Build());
        await api.app.StartAsync(cancellation);
        return api;
    }

    public void Invoke(string id, string payload, DateTimeOffset deadline) => invocations.Writer.TryWrite(new Queued(id, payload, deadline));

    /// <summary>The next thing that the function told: an answer, an error, or that it could not start.</summary>
    public async Task<Report> ReportAsync(CancellationToken cancellation) => await reports.Reader.ReadAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        invocations.Writer.TryComplete();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            context.Response.StatusCode = 404;
            return;
        }

        path = path[Prefix.Length..];
        if (path == "invocation/next")
        {
            var next = await invocations.Reader.ReadAsync(context.RequestAborted);
            context.Response.Headers["Lambda-Runtime-Aws-Request-Id"] = next.Id;
            context.Response.Headers["Lambda-Runtime-Deadline-Ms"] = next.Deadline.ToUnixTimeMilliseconds().ToString();
            context.Response.Headers["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:eu-west-1:000000000000:function:under-test";
            context.Response.Headers["Lambda-Runtime-Trace-Id"] = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1";
            await context.Response.WriteAsync(next.Payload, context.RequestAborted);
            return;
        }

        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        context.Response.StatusCode = path.EndsWith("/response", StringComparison.Ordinal) ? ResponseStatus : 202;
        reports.Writer.TryWrite(new Report(path, body, context.Request.Headers["Lambda-Runtime-Function-Error-Type"].ToString()));
    }

    private sealed record Queued(string Id, string Payload, DateTimeOffset Deadline);
}

/// <param name="Path">After <c>/2018-06-01/runtime/</c>.</param>
/// <param name="ErrorType">The header; empty on an answer.</param>
internal sealed record Report(string Path, string Body, string ErrorType)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}
