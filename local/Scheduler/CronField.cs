using System.Globalization;

namespace ServerlessGdpr.Local.Scheduler;

/// <summary>Values, ranges, steps and lists of one field.</summary>
internal sealed class CronField
{
    private readonly HashSet<int> values = [];
    private readonly string expression;
    private readonly int minimum;
    private readonly string[] names;

    /// <param name="expression">The whole expression, for errors.</param>
    /// <param name="names">The names that may stand for numbers, the first for <paramref name="minimum"/>.</param>
    public CronField(string expression, string field, int minimum, int maximum, string[] names)
    {
        this.expression = expression;
        this.minimum = minimum;
        this.names = names;
        foreach (var part in field.Split(','))
        {
            var (range, step) = part.Split('/') switch
            {
                [var whole] => (whole, 0),
                [var from, var every] when int.TryParse(every, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 => (from, number),
                _ => throw ScheduleExpression.Invalid(expression),
            };
            var (first, last) = range == "*" ? (minimum, maximum) : range.Split('-') switch
            {
                [var single] => (Value(single), step > 0 ? maximum : Value(single)),
                [var low, var high] => (Value(low), Value(high)),
                _ => throw ScheduleExpression.Invalid(expression),
            };
            if (first < minimum || last > maximum || first > last) throw ScheduleExpression.Invalid(expression);
            for (var value = first; value <= last; value += Math.Max(step, 1)) values.Add(value);
        }
    }

    public bool Contains(int value) => values.Contains(value);

    private int Value(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        var index = Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index + minimum : throw ScheduleExpression.Invalid(expression);
    }
}
