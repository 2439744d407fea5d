using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Definition;

/// <summary>Reads the rules of a Choice state.</summary>
internal static class ConditionReader
{
    private static readonly string[] Combinations = ["And", "Or", "Not"];
    private static readonly Condition Unreadable = new AnyOf([]);

    public static IEnumerable<ChoiceRule> ReadRules(FieldReader state)
    {
        foreach (var rule in state.Children("Choices", required: true))
        {
            var next = rule.RequiredText("Next");
            yield return new ChoiceRule(Read(rule), next);
        }
    }

    private static Condition Read(FieldReader rule)
    {
        var operators = Combinations.Where(rule.Has).ToArray();
        var condition = operators switch
        {
            [] => ReadComparison(rule),
            ["Not"] => rule.Child("Not") is { } inner ? new Not(Read(inner)) : Unreadable,
            ["And"] => new AllOf([.. rule.Children("And", required: true).Select(Read)]),
            ["Or"] => new AnyOf([.. rule.Children("Or", required: true).Select(Read)]),
            _ => null,
        };
        if (condition is null) rule.Problem("A choice rule has exactly one of 'And', 'Or', 'Not' or a comparison");
        rule.RefuseTheRest();
        return condition ?? Unreadable;
    }

    private static Condition ReadComparison(FieldReader rule)
    {
        if (!rule.Has("Variable")) rule.Missing("Variable");
        var variable = rule.Path("Variable", JsonPath.Root, reference: true)!;
        var found = new List<Condition>();
        if (rule.Raw("StringMatches") is JValue { Value: string pattern } && !Wildcard.IsPattern(pattern)) rule.Problem("In the value for the field 'StringMatches' a backslash must come before '*' or another backslash");
        if (rule.Flag("IsPresent") is { } expected) found.Add(new Presence(variable, expected));
        foreach (var (name, comparison) in Comparisons.All)
        {
            if (rule.Raw(name) is { } operand)
            {
                if (!comparison.IsOperand(operand)) rule.Problem($"The value for the field '{name}' must be a {comparison.OperandType}");
                found.Add(new Comparison(variable, comparison.Test, operand, null));
            }

            if (comparison.HasPath && rule.Path(name + "Path", null, reference: true) is { } path) found.Add(new Comparison(variable, comparison.Test, null, path));
        }

        if (found.Count == 1) return found[0];
        rule.Problem("A choice rule has exactly one comparison operator");
        return Unreadable;
    }
}
