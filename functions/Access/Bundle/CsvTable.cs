using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>Records as a table: RFC 4180, UTF-8 with a byte order mark, which spreadsheets need. Fields of nested objects have their paths as columns; lists are JSON.</summary>
internal static class CsvTable
{
    /// <summary>Spreadsheets open no more; whatever has other fields is complete in the JSON.</summary>
    private const int MaxColumns = 1000;

    private const char Bom = '\uFEFF';

    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@"), Separators = SearchValues.Create(";\t\r\n"), Quoted = SearchValues.Create(",;\t\"\r\n");

    /// <param name="records">Read twice: the columns have to be known first.</param>
    public static async Task WriteAsync(Func<CancellationToken, IAsyncEnumerable<ExportedRecord>> records, Stream target, CancellationToken cancellation)
    {
        var columns = await ColumnsAsync(records(cancellation));
        await using var writer = new StreamWriter(target, new UTF8Encoding(false), leaveOpen: true);
        await writer.WriteAsync(Bom);
        await writer.WriteAsync(Row(columns.Select(Harmless)));
        await foreach (var record in records(cancellation))
        {
            var cells = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (column, value) in Flatten(record.Data, "")) cells[column] = value;
            await writer.WriteAsync(Row(columns.Select(column => cells.GetValueOrDefault(column, ""))));
        }

        await writer.FlushAsync(cancellation);
    }

    private static async Task<IReadOnlyList<string>> ColumnsAsync(IAsyncEnumerable<ExportedRecord> records)
    {
        var columns = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var record in records)
        {
            foreach (var (column, _) in Flatten(record.Data, ""))
            {
                if (columns.Count < MaxColumns && known.Add(column)) columns.Add(column);
            }
        }

        return columns;
    }

    private static IEnumerable<(string Column, string Value)> Flatten(JsonObject record, string prefix)
    {
        foreach (var (name, value) in record)
        {
            var column = prefix + name;
            if (value is JsonObject { Count: > 0 } nested)
            {
                foreach (var cell in Flatten(nested, $"{column}.")) yield return cell;
            }
            else
            {
                yield return (column, Text(value));
            }
        }
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue single when single.GetValueKind() == JsonValueKind.String => Harmless(single.GetValue<string>()),
        JsonValue single => single.ToJsonString(),
        _ => Harmless(value.ToJsonString(BundleJson.Readable.Options)),
    };

    /// <summary>
    /// A spreadsheet takes a text that begins so for a formula, and runs it. Where lists are separated by semicolons, as in most of Europe, it begins a cell behind each of them, and
    /// a row behind each line end, whatever the quotes say.
    /// </summary>
    private static string Harmless(string text)
    {
        var harmless = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (at == 0 ? Formula.Contains(text[0]) || Separators.Contains(text[0]) : Formula.Contains(text[at]) && Separators.Contains(text[at - 1])) harmless.Append('\'');
            harmless.Append(text[at]);
        }

        return harmless.ToString();
    }

    private static string Row(IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    private static string Cell(string text) =>
        text.AsSpan().IndexOfAny(Quoted) < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
