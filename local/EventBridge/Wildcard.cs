using System.Text;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary><c>*</c> stands for any characters; a backslash escapes a star or a backslash.</summary>
internal sealed class Wildcard
{
    private readonly List<string> pieces;

    private Wildcard(List<string> pieces) => this.pieces = pieces;

    public static Wildcard Parse(string text, string path)
    {
        List<string> found = [];
        var piece = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                if (++i == text.Length || text[i] is not ('*' or '\\')) throw EventPattern.Invalid(path, "invalid escape character in a wildcard");
                piece.Append(text[i]);
            }
            else if (text[i] == '*')
            {
                if (i > 0 && text[i - 1] == '*' && piece.Length == 0) throw EventPattern.Invalid(path, "consecutive wildcard characters");
                found.Add(piece.ToString());
                piece.Clear();
            }
            else
            {
                piece.Append(text[i]);
            }
        }

        found.Add(piece.ToString());
        return new Wildcard(found);
    }

    public bool Matches(string value)
    {
        if (pieces.Count == 1) return value == pieces[0];
        if (!value.StartsWith(pieces[0], StringComparison.Ordinal)) return false;
        var at = pieces[0].Length;
        foreach (var piece in pieces.Skip(1).SkipLast(1))
        {
            var index = value.IndexOf(piece, at, StringComparison.Ordinal);
            if (index < 0) return false;
            at = index + piece.Length;
        }

        return value.Length - at >= pieces[^1].Length && value.EndsWith(pieces[^1], StringComparison.Ordinal);
    }
}
