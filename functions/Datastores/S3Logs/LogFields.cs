using System.Text.Json;

namespace ServerlessGdpr.Functions.Datastores.S3Logs;

/// <summary>Finds lines in a block of whole lines: by bytes first, which is fast, and by JSON where the bytes are.</summary>
internal sealed class LogFields
{
    private readonly IReadOnlyList<FieldMatcher> fields;
    private readonly byte[][] needles;

    public LogFields(IEnumerable<LogField> wanted)
    {
        fields = [.. wanted.Select(field => new FieldMatcher(field))];

        // JSON may write any character as \u and four digits: such a line is read whatever else it holds.
        var escapes = fields.Any(field => field.MayBeEscaped) ? "\\"u8.ToArray() : "\\u"u8.ToArray();
        needles = [.. fields.Select(field => field.Needle.ToArray()).Append(escapes).DistinctBy(Convert.ToHexString)];
    }

    public delegate void Found(ReadOnlySpan<byte> line);

    /// <param name="unreadable">Told of a line that holds the bytes and is no JSON.</param>
    public void Search(ReadOnlySpan<byte> block, Found found, Action unreadable)
    {
        Span<int> next = needles.Length <= 64 ? stackalloc int[needles.Length] : new int[needles.Length];
        next.Fill(-1);
        for (var at = 0; at < block.Length;)
        {
            var hit = Next(block, at, next);
            if (hit < 0) return;
            var start = block[at..hit].LastIndexOf((byte)'\n') is >= 0 and var before ? at + before + 1 : at;
            var end = block[hit..].IndexOf((byte)'\n') is >= 0 and var after ? hit + after : block.Length;
            var line = block[start..end];
            if (IsTheirs(line, unreadable)) found(line);
            at = end + 1;
        }
    }

    /// <exception cref="JsonException">It is no JSON.</exception>
    public bool AreIn(ReadOnlySpan<byte> json)
    {
        foreach (var field in fields)
        {
            if (field.IsIn(json)) return true;
        }

        return false;
    }

    /// <summary>The nearest of all needles; how far each is, is remembered until it is behind.</summary>
    private int Next(ReadOnlySpan<byte> block, int at, Span<int> next)
    {
        var nearest = int.MaxValue;
        for (var needle = 0; needle < needles.Length; needle++)
        {
            if (next[needle] < at) next[needle] = block[at..].IndexOf(needles[needle]) is >= 0 and var position ? at + position : int.MaxValue;
            nearest = Math.Min(nearest, next[needle]);
        }

        return nearest == int.MaxValue ? -1 : nearest;
    }

    private bool IsTheirs(ReadOnlySpan<byte> line, Action unreadable)
    {
        try
        {
            return AreIn(line);
        }
        catch (JsonException)
        {
            foreach (var field in fields)
            {
                if (line.IndexOf(field.Needle) < 0) continue;
                unreadable();
                break;
            }
        }

        return false;
    }
}
