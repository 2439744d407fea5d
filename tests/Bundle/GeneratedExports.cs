using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ServerlessGdpr.Tests.Bundle;

/// <summary>An export bucket that makes up large files, and many records of the datastore <c>orders</c>, as they are read, and throws away what is written, except its length.</summary>
internal sealed class GeneratedExports : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly int files;
    private readonly long fileSize;
    private readonly int recordsInPart;
    private readonly byte[] piece = new byte[1024 * 1024];
    private long written;

    private GeneratedExports(WebApplication app, int files, long fileSize, int recordsInPart)
    {
        this.app = app;
        this.files = files;
        this.fileSize = fileSize;
        this.recordsInPart = recordsInPart;
        new Random(1).NextBytes(piece);
        app.Run(HandleAsync);
    }

    public string Endpoint => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>The bytes of the object that was written, without what the transfer added.</summary>
    public long Written => Interlocked.Read(ref written);

    public bool IsCompleted { get; private set; }

    public static async Task<GeneratedExports> StartAsync(int files, long fileSize, int recordsInPart, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var exports = new GeneratedExports(builder.Build(), files, fileSize, recordsInPart);
        await exports.app.StartAsync(cancellation);
        return exports;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;

        // Whatever S3 stores has one; this is of several parts, so that its content is not checked against it.
        context.Response.Headers.ETag = "\"9b2cf535f27731c974343645a3985328-4\"";
        if (context.Request.Method == "GET" && path.Contains("/orders/", StringComparison.Ordinal)) await WriteRecordsAsync(context.Response);
        else if (context.Request.Method == "GET" && path.EndsWith(".jsonl", StringComparison.Ordinal)) await context.Response.WriteAsync(Lines());
        else if (context.Request.Method == "GET") await WriteFileAsync(context.Response);
        else if (context.Request.Method == "PUT") await TakeAsync(context);
        else if (context.Request.Query.ContainsKey("uploads")) await WriteXmlAsync(context.Response, "<InitiateMultipartUploadResult><UploadId>u-1</UploadId></InitiateMultipartUploadResult>");
        else await CompleteAsync(context);
    }

    private string Lines() => string.Concat(Enumerable.Range(1, files).Select(number =>
        $$"""{"data":{"key":"customers/C-1042/video-{{number}}.mp4"},"file":{"number":{{number}},"name":"video-{{number}}.mp4","contentType":"video/mp4","size":{{fileSize}}},"redacted":[]}""" + "\n"));

    private async Task WriteRecordsAsync(HttpResponse response)
    {
        await using var lines = new StreamWriter(response.Body);
        for (var number = 0; number < recordsInPart; number++)
            await lines.WriteLineAsync($$$"""{"data":{"order_id":"O-{{{number}}}","ship_to_name":"Zoë Müller","ship_to_address":"Am Anger 12, 8010 Graz","lines":[{"article":"Tent","quantity":{{{number}}}}]},"redacted":[]}""");
    }

    private async Task WriteFileAsync(HttpResponse response)
    {
        response.ContentLength = fileSize;
        for (var left = fileSize; left > 0; left -= piece.Length)
            await response.Body.WriteAsync(piece.AsMemory(0, (int)Math.Min(left, piece.Length)));
    }

    private async Task TakeAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        var length = context.Request.Headers["x-amz-decoded-content-length"].ToString() is { Length: > 0 } decoded
            ? long.Parse(decoded, CultureInfo.InvariantCulture)
            : context.Request.ContentLength ?? 0;
        Interlocked.Add(ref written, length);
    }

    private async Task CompleteAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        IsCompleted = true;
        await WriteXmlAsync(context.Response, "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>");
    }

    private static Task WriteXmlAsync(HttpResponse response, string xml)
    {
        response.ContentType = "application/xml";
        return response.WriteAsync(xml);
    }
}
