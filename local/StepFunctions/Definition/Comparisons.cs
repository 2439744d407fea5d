using System.Globalization;
using System.Numerics;
using Newtonsoft.Json.Linq;

namespace ServerlessGdpr.Local.StepFunctions.Definition;

/// <summary>The comparison operators of the Choice state, by name. Values of another type than the operator's never match.</summary>
internal static class Comparisons
{
    private static readonly Dictionary<string, Func<int, bool>> Orders = new(StringComparer.Ordinal)
    {
        ["Equals"] = order => order == 0,
        ["LessThan"] = order => order < 0,
        ["GreaterThan"] = order => order > 0,
        ["LessThanEquals"] = order => order <= 0,
        ["GreaterThanEquals"] = order => order >= 0,
    };

    /// <summary>The operators that ask for a type; their operand is whether it is to be so.</summary>
    private static readonly Dictionary<string, Func<JToken, bool>> Types = new(StringComparer.Ordinal)
    {
        ["IsNull"] = value => value.Type == JTokenType.Null,
        ["IsString"] = IsString,
        ["IsNumeric"] = IsNumber,
        ["IsBoolean"] = IsBoolean,
        ["IsTimestamp"] = IsTimestamp,
    };

    public static IReadOnlyDictionary<string, ComparisonOperator> All { get; } = Build();

    private static Dictionary<string, ComparisonOperator> Build()
    {
        var all = new Dictionary<string, ComparisonOperator>(StringComparer.Ordinal);
        foreach (var (name, holds) in Orders)
        {
            Add(all, "String" + name, "STRING", IsString, (a, b) => holds(string.CompareOrdinal((string)a!, (string)b!)));
            Add(all, "Numeric" + name, "NUMBER", IsNumber, (a, b) => holds(CompareNumbers(a, b)));
            Add(all, "Timestamp" + name, "timestamp", IsTimestamp, (a, b) => holds(Instant(a).CompareTo(Instant(b))));
        }

        Add(all, "BooleanEquals", "BOOLEAN", IsBoolean, (a, b) => (bool)a == (bool)b);
        all["StringMatches"] = new("STRING", IsString, (a, b) => IsString(a) && Wildcard.Matches((string)a!, (string)b!), HasPath: false);
        foreach (var (name, test) in Types) all[name] = new("BOOLEAN", IsBoolean, (a, b) => test(a) == (bool)b, HasPath: false);
        return all;
    }

    private static void Add(Dictionary<string, ComparisonOperator> all, string name, string type, Func<JToken, bool> isType, Func<JToken, JToken, bool> test) =>
        all[name] = new(type, isType, (a, b) => isType(a) && isType(b) && test(a, b), HasPath: true);

    private static bool IsString(JToken value) => value.Type == JTokenType.String;

    private static bool IsNumber(JToken value) => value.Type is JTokenType.Integer or JTokenType.Float;

    private static bool IsBoolean(JToken value) => value.Type == JTokenType.Boolean;

    private static bool IsTimestamp(JToken value) => IsString(value) && Timestamps.TryParse((string)value!, out _);

    private static DateTimeOffset Instant(JToken value) => Timestamps.TryParse((string)value!, out var instant) ? instant : default;

    private static int CompareNumbers(JToken first, JToken second) => (first, second) switch
    {
        (JValue { Value: long or decimal }, JValue { Value: long or decimal }) => ((decimal)first).CompareTo((decimal)second),
        (JValue { Value: long or BigInteger } a, JValue { Value: long or BigInteger } b) => Whole(a).CompareTo(Whole(b)),
        _ => ((double)first).CompareTo((double)second),
    };

    private static BigInteger Whole(JValue value) => value.Value is BigInteger big ? big : Convert.ToInt64(value.Value, CultureInfo.InvariantCulture);
}

/// <param name="OperandType">What the operand must be, for the refusal.</param>
/// <param name="HasPath">There is an operator with the suffix Path too.</param>
internal sealed record ComparisonOperator(string OperandType, Func<JToken, bool> IsOperand, Func<JToken, JToken, bool> Test, bool HasPath);
