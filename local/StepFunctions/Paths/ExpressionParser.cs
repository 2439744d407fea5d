using System.Text;
using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <summary>Reads paths and intrinsic functions, nested up to AWS's ten levels.</summary>
internal sealed class ExpressionParser
{
    private const int MaxDepth = 10;

    private readonly string text;
    private int at;

    private ExpressionParser(string text) => this.text = text;

    /// <exception cref="FormatException">It is neither a path nor a call of a known intrinsic function.</exception>
    public static Expression Parse(string text)
    {
        if (text.StartsWith('$')) return new PathExpression(JsonPath.Parse(text));
        var parser = new ExpressionParser(text);
        var call = parser.ReadCall(1);
        parser.SkipSpace();
        return parser.at == text.Length ? call : throw new FormatException($"unexpected text after the function at character {parser.at + 1}");
    }

    private CallExpression ReadCall(int depth)
    {
        if (depth > MaxDepth) throw new FormatException($"intrinsic functions are nested more than {MaxDepth} deep");
        var start = at;
        var open = text.IndexOf('(', at);
        if (open < 0 || !text.AsSpan(at).StartsWith("States.")) throw new FormatException("it is neither a path nor an intrinsic function");
        var name = text[at..open].Trim();
        var function = Intrinsics.Find(name) ?? throw new FormatException($"there is no intrinsic function '{name}'");
        at = open + 1;
        var arguments = ReadArguments(depth, name == "States.Format");
        if (arguments.Count < function.Least || arguments.Count > function.Most)
        {
            throw new FormatException($"'{name}' does not take {arguments.Count} arguments");
        }

        return new CallExpression(text[start..at], function, arguments);
    }

    private List<Expression> ReadArguments(int depth, bool isFormat)
    {
        var arguments = new List<Expression>();
        SkipSpace();
        if (Peek() == ')')
        {
            at++;
            return arguments;
        }

        while (true)
        {
            arguments.Add(ReadArgument(depth, isFormat && arguments.Count == 0));
            SkipSpace();
            var next = Peek();
            at++;
            if (next == ')') return arguments;
            if (next != ',') throw new FormatException($"',' or ')' is missing at character {at}");
        }
    }

    private Expression ReadArgument(int depth, bool isTemplate)
    {
        SkipSpace();
        return Peek() switch
        {
            '\'' => new LiteralExpression(new JValue(ReadText(isTemplate))),
            '$' => new PathExpression(JsonPath.Parse(ReadPath())),
            'S' => ReadCall(depth + 1),
            _ => new LiteralExpression(ReadWord()),
        };
    }

    /// <summary>A backslash keeps the next character from meaning something; in a template it stays before braces, for States.Format to see.</summary>
    private string ReadText(bool isTemplate)
    {
        var read = new StringBuilder();
        for (at++; Peek() != '\''; at++)
        {
            if (Peek() == '\\')
            {
                at++;
                if (Peek() is not ('\'' or '{' or '}' or '\\')) throw new FormatException($"the backslash at character {at} escapes nothing");
                if (isTemplate && text[at] != '\'') read.Append('\\');
            }

            read.Append(text[at]);
        }

        at++;
        return read.ToString();
    }

    private string ReadPath()
    {
        var start = at;
        var depth = 0;
        var quote = '\0';
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c is '\'' or '"') quote = c;
            else if (c is '[' or '(') depth++;
            else if (depth > 0 && c is ']' or ')' && depth > 0) depth--;
            else if (depth == 0 && c is ',' or ')') break;
        }

        return text[start..at].TrimEnd();
    }

    private JValue ReadWord()
    {
        var start = at;
        while (at < text.Length && text[at] is not (',' or ')')) at++;
        var word = text[start..at].Trim();
        try
        {
            return Json.Parse(word) is JValue value ? value : throw new FormatException($"'{word}' is no argument");
        }
        catch (System.Text.Json.JsonException error)
        {
            throw new FormatException($"'{word}' is no argument", error);
        }
    }

    private char Peek() => at < text.Length ? text[at] : throw new FormatException("the function is not closed");

    private void SkipSpace()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
    }
}
