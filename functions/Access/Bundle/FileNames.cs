using System.Text;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>Names of files in one folder of the bundle: safe on every system, each once whatever the case, and as much like the original as that allows.</summary>
internal sealed class FileNames
{
    /// <summary>In bytes; Windows and most Unix systems allow 255.</summary>
    private const int MaxBytes = 150;

    /// <summary>Windows takes none of them, but for the last: unzip takes what follows it at the end of a name for a version, and drops it.</summary>
    private const string Unsafe = "\\/:*?\"<>|;";

    /// <summary>Persian words and many emoji are written with them.</summary>
    private const int ZeroWidthNonJoiner = 0x200C, ZeroWidthJoiner = 0x200D;

    private static readonly HashSet<string> Reserved = new(
        ["con", "prn", "aux", "nul", "conin$", "conout$", .. "0123456789¹²³".SelectMany(number => new[] { $"com{number}", $"lpt{number}" })], StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, int> used = new(StringComparer.OrdinalIgnoreCase);

    public string NameFor(string original)
    {
        var safe = Safe(original);
        for (var number = used.GetValueOrDefault(safe) + 1; ; number++)
        {
            used[safe] = number;
            var name = number == 1 ? safe : Numbered(safe, number);
            if (number == 1 || used.TryAdd(name, 1)) return name;
        }
    }

    private static string Numbered(string name, int number)
    {
        var dot = name.LastIndexOf('.');
        return dot > 0 ? $"{name[..dot]} ({number}){name[dot..]}" : $"{name} ({number})";
    }

    private static string Safe(string original)
    {
        var text = new StringBuilder();
        foreach (var rune in original.EnumerateRunes()) text.Append(IsSafe(rune) ? rune.ToString() : "_");
        var name = Shorten(text.ToString()).Trim(' ', '.');
        if (name.Length == 0) return "file";
        return Reserved.Contains(name.Split('.')[0].TrimEnd()) ? $"_{name}" : name;
    }

    private static bool IsSafe(Rune rune) =>
        rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner
        || (Rune.GetUnicodeCategory(rune) is not (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
            or System.Globalization.UnicodeCategory.Surrogate or System.Globalization.UnicodeCategory.PrivateUse or System.Globalization.UnicodeCategory.OtherNotAssigned
            or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator)
        && rune != Rune.ReplacementChar && Unsafe.IndexOf((char)Math.Min(rune.Value, char.MaxValue)) < 0);

    /// <summary>Keeps the ending, which says what opens the file.</summary>
    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxBytes) return name;
        var dot = name.LastIndexOf('.');
        var ending = dot > 0 && name.Length - dot <= 10 ? name[dot..] : "";
        var kept = new StringBuilder();
        var bytes = Encoding.UTF8.GetByteCount(ending);
        foreach (var rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes) break;
            kept.Append(rune.ToString());
        }

        return kept + ending;
    }
}
