using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <param name="Least">The fewest arguments.</param>
/// <param name="Most">The most arguments.</param>
/// <param name="Apply">Computes it; a <see cref="FormatException"/> becomes States.IntrinsicFailure.</param>
internal sealed record IntrinsicFunction(int Least, int Most, Func<JToken[], Chance, JToken> Apply);

/// <summary>The intrinsic functions of the States Language, by name.</summary>
internal static class Intrinsics
{
    private static readonly Dictionary<string, IntrinsicFunction> ByName = new(StringComparer.Ordinal)
    {
        ["States.Format"] = new(1, int.MaxValue, (a, _) => TextFunctions.Format(a)),
        ["States.StringToJson"] = new(1, 1, (a, _) => TextFunctions.ToJson(a[0])),
        ["States.JsonToString"] = new(1, 1, (a, _) => Json.Text(a[0])),
        ["States.StringSplit"] = new(2, 2, (a, _) => TextFunctions.Split(a[0], a[1])),
        ["States.Base64Encode"] = new(1, 1, (a, _) => TextFunctions.Encode(a[0])),
        ["States.Base64Decode"] = new(1, 1, (a, _) => TextFunctions.Decode(a[0])),
        ["States.Hash"] = new(2, 2, (a, _) => TextFunctions.Hash(a[0], a[1])),
        ["States.UUID"] = new(0, 0, (_, chance) => chance.Uuid()),
        ["States.Array"] = new(0, int.MaxValue, (a, _) => new JArray(a.Select(item => item.DeepClone()))),
        ["States.ArrayPartition"] = new(2, 2, (a, _) => ArrayFunctions.Partition(a[0], a[1])),
        ["States.ArrayContains"] = new(2, 2, (a, _) => ArrayFunctions.Contains(a[0], a[1])),
        ["States.ArrayRange"] = new(3, 3, (a, _) => ArrayFunctions.Range(a[0], a[1], a[2])),
        ["States.ArrayGetItem"] = new(2, 2, (a, _) => ArrayFunctions.Item(a[0], a[1])),
        ["States.ArrayLength"] = new(1, 1, (a, _) => Arguments.Array(a[0]).Count),
        ["States.ArrayUnique"] = new(1, 1, (a, _) => ArrayFunctions.Unique(a[0])),
        ["States.JsonMerge"] = new(3, 3, (a, _) => Merge(a[0], a[1], a[2])),
        ["States.MathRandom"] = new(2, 3, MathRandom),
        ["States.MathAdd"] = new(2, 2, (a, _) => Add(a[0], a[1])),
    };

    public static IntrinsicFunction? Find(string name) => ByName.GetValueOrDefault(name);

    private static JObject Merge(JToken first, JToken second, JToken deep)
    {
        if (deep is not JValue { Value: false }) throw new FormatException("only the shallow merge is supported: the third argument must be false");
        var merged = (JObject)Arguments.Object(first).DeepClone();
        foreach (var member in Arguments.Object(second)) merged[member.Key] = member.Value!.DeepClone();
        return merged;
    }

    private static JToken MathRandom(JToken[] arguments, Chance chance)
    {
        var (start, end) = (Arguments.Integer(arguments[0]), Arguments.Integer(arguments[1]));
        if (start >= end) throw new FormatException("the start must be less than the end");
        return arguments.Length == 3
            ? new Chance(new Random((int)Arguments.Integer(arguments[2]))).Between(start, end)
            : chance.Between(start, end);
    }

    private static JToken Add(JToken first, JToken second)
    {
        try
        {
            return checked(Arguments.Integer(first) + Arguments.Integer(second));
        }
        catch (OverflowException error)
        {
            throw new FormatException("the sum is too large", error);
        }
    }
}
