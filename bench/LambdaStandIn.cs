using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Bench;

/// <summary>
/// Lambda's Runtime API with one invocation for each process, and a DynamoDB that has nothing, over HTTP and TLS. What the two cost themselves is little, and the same for whoever is measured.
/// </summary>
internal sealed class LambdaStandIn : IAsyncDisposable
{
    /// <summary>Where a Linux distribution keeps the certificates it trusts: Debian, then Amazon Linux.</summary>
    private static readonly string[] Bundles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("serverless-gdpr-lambda-");
    private readonly X509Certificate2 certificate = Certificate();
    private readonly WebApplication server;
    private readonly byte[] payload;
    private TaskCompletionSource<(long At, string Answer)> answered = new();
    private bool given;

    private LambdaStandIn(string payload)
    {
        this.payload = System.Text.Encoding.UTF8.GetBytes(payload);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        server = builder.Build();
        server.Run(AnswerAsync);

        // As many authorities as a function has to load on AWS, and the one of this server.
        File.WriteAllText(Trusted, $"{File.ReadAllText(Bundles.First(File.Exists))}\n{certificate.ExportCertificatePem()}\n");
    }

    public Uri Http => Address("http");

    public Uri Tls => Address("https");

    /// <summary>A file of certificates in which this server's is one.</summary>
    public string Trusted => Path.Combine(folder.FullName, "trusted.pem");

    /// <summary>A folder without certificates.</summary>
    public string Empty => folder.CreateSubdirectory("empty").FullName;

    public static async Task<LambdaStandIn> StartAsync(string payload, CancellationToken cancellation)
    {
        var stand = new LambdaStandIn(payload);
        await stand.server.StartAsync(cancellation);
        return stand;
    }

    /// <summary>Gives the next process its invocation.</summary>
    /// <returns>When it has answered, and what.</returns>
    public Task<(long At, string Answer)> Expect()
    {
        answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        given = false;
        return answered.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        certificate.Dispose();
        folder.Delete(recursive: true);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private Uri Address(string scheme) => new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(address => address.StartsWith($"{scheme}:", StringComparison.Ordinal)));

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.EndsWith("/invocation/next", StringComparison.Ordinal)) await GiveAsync(context);
        else if (path.Contains("/runtime/", StringComparison.Ordinal)) await TakeAsync(context);
        else await context.Response.WriteAsync("{}", context.RequestAborted);
    }

    private async Task GiveAsync(HttpContext context)
    {
        if (given) await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        given = true;
        context.Response.Headers["Lambda-Runtime-Aws-Request-Id"] = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
        context.Response.Headers["Lambda-Runtime-Deadline-Ms"] = TimeProvider.System.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await context.Response.Body.WriteAsync(payload, context.RequestAborted);
    }

    private async Task TakeAsync(HttpContext context)
    {
        var at = Stopwatch.GetTimestamp();
        using var reader = new StreamReader(context.Request.Body);
        answered.TrySetResult((at, await reader.ReadToEndAsync(context.RequestAborted)));
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }
}
