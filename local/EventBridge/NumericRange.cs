using System.Text.Json;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary><c>{"numeric": ["&gt;", 0, "&lt;=", 5]}</c>.</summary>
internal static class NumericRange
{
    private const decimal Limit = 5_000_000_000m;

    public static Func<JsonElement, bool> Parse(JsonElement argument, string path)
    {
        var parts = argument.ValueKind == JsonValueKind.Array ? argument.EnumerateArray().ToList() : [];
        if (parts.Count is not (2 or 4)) throw EventPattern.Invalid(path, "numeric takes one or two comparisons");
        var first = Comparison(parts[0], parts[1], path);
        if (parts.Count == 2) return leaf => IsNumber(leaf, out var number) && first(number);

        if (parts[0].ToString() is not (">" or ">=") || parts[2].ToString() is not ("<" or "<=") || parts[1].GetDecimal() >= Bound(parts[3], path))
            throw EventPattern.Invalid(path, "numeric takes a lower bound and then a higher one");
        var second = Comparison(parts[2], parts[3], path);
        return leaf => IsNumber(leaf, out var number) && first(number) && second(number);
    }

    private static Func<decimal, bool> Comparison(JsonElement operation, JsonElement operand, string path)
    {
        var bound = Bound(operand, path);
        return operation.ToString() switch
        {
            "=" => number => number == bound,
            "<" => number => number < bound,
            "<=" => number => number <= bound,
            ">" => number => number > bound,
            ">=" => number => number >= bound,
            var other => throw EventPattern.Invalid(path, $"numeric does not know {other}"),
        };
    }

    private static decimal Bound(JsonElement operand, string path) => IsNumber(operand, out var number) && Math.Abs(number) <= Limit
        ? number
        : throw EventPattern.Invalid(path, "numeric takes numbers between -5e9 and 5e9");

    private static bool IsNumber(JsonElement value, out decimal number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out number);
    }
}
