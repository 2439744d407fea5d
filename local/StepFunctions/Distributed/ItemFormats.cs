using System.Runtime.CompilerServices;
using System.Text.Json;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>Takes items out of an object's content one at a time.</summary>
internal static class ItemFormats
{
    /// <summary>JSON lines; empty lines are passed over.</summary>
    public static async IAsyncEnumerable<JToken> Lines(Stream content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new StreamReader(content);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line)) yield return Json.Parse(line);
        }
    }

    /// <exception cref="JsonException">The content is not a JSON array.</exception>
    public static async IAsyncEnumerable<JToken> Array(Stream content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var item in JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(content, cancellationToken: cancellation))
        {
            yield return Json.Parse(item.GetRawText());
        }
    }

    /// <summary>Rows as objects of text. A short row's missing columns are empty; what a row has beyond the columns is left out.</summary>
    public static async IAsyncEnumerable<JToken> Rows(Stream content, CsvFormat format, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var text = new StreamReader(content);
        var rows = new CsvRows(text, format.Delimiter);
        var headers = format.Headers ?? await rows.NextAsync(cancellation);
        if (headers?.Distinct(StringComparer.Ordinal).Count() < headers?.Count) throw new FormatException("CSV headers cannot contain duplicates.");
        while (headers is not null && await rows.NextAsync(cancellation) is { } row)
        {
            yield return new JObject(headers.Select((header, column) => new JProperty(header, column < row.Count ? row[column] : "")));
        }
    }

    /// <summary>The objects below a prefix, in the shape that Step Functions gives them.</summary>
    public static async IAsyncEnumerable<JToken> Listing(IObjectStore objects, string bucket, string? prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            var page = await objects.ListAsync(bucket, prefix, next, cancellation);
            foreach (var listed in page.Objects)
            {
                yield return new JObject
                {
                    ["Etag"] = listed.ETag,
                    ["Key"] = listed.Key,
                    ["LastModified"] = listed.LastModified.ToUnixTimeSeconds(),
                    ["Size"] = listed.Size,
                    ["StorageClass"] = listed.StorageClass,
                };
            }

            next = page.Next;
        }
        while (next is not null);
    }
}
