using System.Globalization;
using System.Runtime.CompilerServices;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.S3.Objects;

/// <summary>A part of an object's bytes.</summary>
public sealed record ByteRange(long Start, long Length)
{
    public string ContentRange(long size) => $"bytes {Start}-{Start + Length - 1}/{size}";

    /// <returns>Null when the header is absent, or not of a form that S3 heeds: it then sends everything.</returns>
    /// <exception cref="AwsError">The range lies beyond the end.</exception>
    public static ByteRange? Of(string? header, long size)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.Ordinal) || header.Contains(',', StringComparison.Ordinal)) return null;
        var parts = header["bytes=".Length..].Split('-');
        if (parts.Length != 2) return null;
        var (first, last) = (Number(parts[0]), Number(parts[1]));
        if (first is null && last is null) return null;
        if (first is null) return last > 0 && size > 0 ? new ByteRange(Math.Max(0, size - last.Value), Math.Min(size, last.Value)) : throw Unsatisfiable();
        if (last < first) return null;
        if (first >= size) throw Unsatisfiable();
        return new ByteRange(first.Value, Math.Min(size - 1, last ?? long.MaxValue) - first.Value + 1);
    }

    /// <summary>The bytes of one part of a multipart object; an object in one piece is its own part 1.</summary>
    public static ByteRange OfPart(int number, ObjectContent content)
    {
        if (content.Parts.Count == 0 && number == 1) return new ByteRange(0, content.Body.Size);
        if (number < 1 || number > content.Parts.Count)
            throw new AwsError("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);
        return new ByteRange(content.Parts.Take(number - 1).Sum(), content.Parts[number - 1]);
    }

    /// <summary>Reads the range piece by piece; a piece is valid until the next is asked for.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(FileStream body, [EnumeratorCancellation] CancellationToken cancellation)
    {
        body.Position = Start;
        var buffer = new byte[1 << 16];
        for (var left = Length; left > 0;)
        {
            var count = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellation);
            if (count == 0) throw new EndOfStreamException("The file of an object is shorter than the object.");
            yield return buffer.AsMemory(0, count);
            left -= count;
        }
    }

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static AwsError Unsatisfiable() => new("InvalidRange", "The requested range is not satisfiable", 416);
}
