using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <summary>The intrinsic functions over arrays.</summary>
internal static class ArrayFunctions
{
    private const int MaxRange = 1000;

    public static JArray Partition(JToken array, JToken size)
    {
        var length = (int)Arguments.Integer(size);
        if (length <= 0) throw new FormatException("the chunk size must be positive");
        return new JArray(Arguments.Array(array).Chunk(length).Select(chunk => new JArray(chunk.Select(item => item.DeepClone()))));
    }

    public static JToken Contains(JToken array, JToken value) => Arguments.Array(array).Any(item => JToken.DeepEquals(item, value));

    /// <summary>From the first number to the last, which is in it when a step meets it.</summary>
    public static JArray Range(JToken first, JToken last, JToken step)
    {
        var (start, end, by) = (Arguments.Integer(first), Arguments.Integer(last), Arguments.Integer(step));
        if (by == 0) throw new FormatException("the step must not be zero");
        var range = new JArray();
        for (var value = start; by > 0 ? value <= end : value >= end; value += by)
        {
            if (range.Count == MaxRange) throw new FormatException($"an array range has at most {MaxRange} items");
            range.Add(value);
        }

        return range;
    }

    public static JToken Item(JToken array, JToken index)
    {
        var items = Arguments.Array(array);
        var at = Arguments.Integer(index);
        return at >= 0 && at < items.Count ? items[(int)at] : throw new FormatException($"there is no item {at}");
    }

    public static JArray Unique(JToken array)
    {
        var unique = new JArray();
        foreach (var item in Arguments.Array(array).Where(item => !unique.Any(kept => JToken.DeepEquals(kept, item)))) unique.Add(item.DeepClone());
        return unique;
    }
}
