using System.Globalization;
using System.Net;
using System.Xml.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Integrations;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>S3 over the cloud's own endpoint.</summary>
internal sealed class S3Objects(AwsHttpClient http, string roleArn) : IObjectStore
{
    public async Task<ObjectSlice> ReadAsync(ObjectPlace place, long offset, int length, string? etag, CancellationToken cancellation)
    {
        var version = place.VersionId is null ? "" : $"?versionId={Uri.EscapeDataString(place.VersionId)}";
        List<(string, string)> headers = [("Range", $"bytes={offset}-{offset + length - 1}")];
        if (etag is not null) headers.Add(("If-Match", etag));
        using var response = await http.SendAsync("s3", roleArn, HttpMethod.Get, Path(place.Bucket, place.Key) + version, null, headers, cancellation);
        if (offset == 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return new ObjectSlice(ReadOnlyMemory<byte>.Empty, 0, "");
        await ThrowIfRefusedAsync(response, cancellation);
        var content = await response.Content.ReadAsByteArrayAsync(cancellation);
        return new ObjectSlice(content, response.Content.Headers.ContentRange?.Length ?? content.Length, response.Headers.ETag?.ToString() ?? "");
    }

    public async Task<ObjectPage> ListAsync(string bucket, string? prefix, string? continuation, CancellationToken cancellation)
    {
        var query = $"?list-type=2&encoding-type=url&prefix={Uri.EscapeDataString(prefix ?? "")}";
        if (continuation is not null) query += $"&continuation-token={Uri.EscapeDataString(continuation)}";
        using var response = await http.SendAsync("s3", roleArn, HttpMethod.Get, $"/{bucket}{query}", null, [], cancellation);
        await ThrowIfRefusedAsync(response, cancellation);
        var listing = XElement.Parse(await response.Content.ReadAsStringAsync(cancellation));
        var objects = listing.Elements().Where(element => element.Name.LocalName == "Contents").Select(Listed).ToArray();
        return new ObjectPage(objects, Text(listing, "NextContinuationToken"));
    }

    public async Task WriteAsync(string bucket, string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        using var body = new ReadOnlyMemoryContent(content);
        body.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var response = await http.SendAsync("s3", roleArn, HttpMethod.Put, Path(bucket, key), body, [], cancellation);
        await ThrowIfRefusedAsync(response, cancellation);
    }

    private static string Path(string bucket, string key) => $"/{bucket}/{string.Join('/', key.Split('/').Select(Uri.EscapeDataString))}";

    private static ListedObject Listed(XElement entry) => new(
        Uri.UnescapeDataString(Text(entry, "Key")!.Replace('+', ' ')),
        Text(entry, "ETag")!,
        long.Parse(Text(entry, "Size")!, CultureInfo.InvariantCulture),
        DateTimeOffset.Parse(Text(entry, "LastModified")!, CultureInfo.InvariantCulture),
        Text(entry, "StorageClass") ?? "STANDARD");

    private static string? Text(XElement parent, string name) => parent.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode) return;
        var (status, text) = ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
        var error = text.StartsWith('<') ? XElement.Parse(text) : null;
        throw new AwsError(error is null ? "UnknownError" : Text(error, "Code") ?? "", error is null ? $"S3 answered {status}." : Text(error, "Message") ?? "", status);
    }
}
