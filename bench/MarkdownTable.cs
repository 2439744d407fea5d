namespace ServerlessGdpr.Bench;

/// <summary>Prints results as the docs hold them.</summary>
internal static class MarkdownTable
{
    public static void Print(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        Console.WriteLine(Line(columns));
        Console.WriteLine(Line([.. columns.Select((_, column) => column == 0 ? "---" : "---:")]));
        foreach (var row in rows) Console.WriteLine(Line(row));
    }

    private static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";
}
