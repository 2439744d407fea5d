using System.Text;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>Reads rows as RFC 4180 writes them: a field in quotes may have delimiters and line ends in it, and quotes doubled.</summary>
internal sealed class CsvRows(TextReader text, char delimiter)
{
    private readonly char[] buffer = new char[4096];
    private int position;
    private int length;

    /// <returns>The next row that is not empty; null after the last.</returns>
    public async Task<IReadOnlyList<string>?> NextAsync(CancellationToken cancellation)
    {
        var (row, field, quoted, any) = (new List<string>(), new StringBuilder(), false, false);
        while (await TakeAsync(cancellation) is { } character)
        {
            if (quoted && character != '"') field.Append(character);
            else if (quoted && await PeekAsync(cancellation) == '"') field.Append((await TakeAsync(cancellation))!.Value);
            else if (character == '"') quoted = !quoted;
            else if (character == delimiter) EndField();
            else if (character == '\n' && (any || field.Length > 0)) break;
            else if (character is not ('\r' or '\n')) field.Append(character);
            any |= character is not ('\r' or '\n');
        }

        if (quoted) throw new FormatException("A quoted field of the CSV file does not end.");
        if (!any) return null;
        EndField();
        return row;

        void EndField()
        {
            row.Add(field.ToString());
            field.Clear();
        }
    }

    private async Task<char?> PeekAsync(CancellationToken cancellation)
    {
        if (position == length) (position, length) = (0, await text.ReadAsync(buffer, cancellation));
        return position == length ? null : buffer[position];
    }

    private async Task<char?> TakeAsync(CancellationToken cancellation)
    {
        var character = await PeekAsync(cancellation);
        if (character is not null) position++;
        return character;
    }
}
