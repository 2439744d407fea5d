using System.Buffers;
using System.Globalization;
using System.Text;

namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <param name="Name">The member to go to; null goes to the element at <paramref name="Index"/>.</param>
internal readonly record struct PathStep(string? Name, int Index)
{
    public override string ToString() => Name is null ? $"[{Index}]" : $"['{Name}']";
}

/// <summary>Reads the leading steps of a JSONPath that lead to one node at most.</summary>
internal sealed class PathSteps(string path)
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("() \t\r\n'\",?@\\");

    private readonly List<PathStep> steps = [];
    private int at = 1;

    /// <summary>The steps, and whether they are all of the path (else what follows selects many nodes).</summary>
    /// <exception cref="FormatException">It is no JSONPath.</exception>
    public static (IReadOnlyList<PathStep> Steps, bool Complete) Parse(string path)
    {
        if (!path.StartsWith('$')) throw new FormatException("a path begins with '$'");
        var reader = new PathSteps(path);
        while (reader.at < path.Length)
        {
            if (!reader.ReadStep()) return (reader.steps, false);
        }

        return (reader.steps, true);
    }

    private bool ReadStep() => path[at] switch
    {
        '.' => ReadMember(),
        '[' => ReadBracket(),
        _ => throw new FormatException(at == 1 ? "variables are not supported" : $"unexpected character '{path[at]}'"),
    };

    private bool ReadMember()
    {
        var end = path.AsSpan(at + 1).IndexOfAny('.', '[');
        end = end < 0 ? path.Length : at + 1 + end;
        var name = path[(at + 1)..end];
        if (name.Length == 0 && end < path.Length && path[end] == '.') return false;
        if (name == "*") return false;
        if (name.Length == 0) throw new FormatException("a member has no name");
        if (name.AsSpan().ContainsAny(NotInNames)) throw new FormatException($"'{name}' is neither a member name nor a supported function");
        steps.Add(new PathStep(name, 0));
        at = end;
        return true;
    }

    private bool ReadBracket()
    {
        var start = at + 1;
        if (start < path.Length && path[start] is '\'' or '"') return ReadQuoted(start);
        var end = path.IndexOf(']', start);
        if (end < 0) throw new FormatException("a bracket is not closed");
        var inside = path[start..end].Trim();
        if (!int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)) return false;
        steps.Add(new PathStep(null, index));
        at = end + 1;
        return true;
    }

    private bool ReadQuoted(int start)
    {
        var name = new StringBuilder();
        var i = start + 1;
        for (; i < path.Length && path[i] != path[start]; i++)
        {
            if (path[i] == '\\' && i + 1 < path.Length) i++;
            name.Append(path[i]);
        }

        if (i + 1 >= path.Length) throw new FormatException("a bracket is not closed");
        if (path[i + 1] == ',') return false;
        if (path[i + 1] != ']') throw new FormatException($"unexpected character '{path[i + 1]}'");
        steps.Add(new PathStep(name.ToString(), 0));
        at = i + 2;
        return true;
    }
}
