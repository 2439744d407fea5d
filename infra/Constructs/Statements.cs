using Amazon.CDK;
using Amazon.CDK.AWS.IAM;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>
/// Policy statements that allow something. One that names many resources becomes several: CDK moves statements that are too many for a role into managed policies, and
/// a statement longer than such a policy may be (6,144 characters) fits into none.
/// </summary>
internal static class Statements
{
    /// <summary>Of the resources in one statement; actions and conditions come to it.</summary>
    private const int MostCharacters = 4_000;

    /// <summary>An ARN that is not known yet.</summary>
    private const int Unresolved = 130;

    public static IEnumerable<PolicyStatement> Of(string[] actions, string[] resources, Conditions? when = null) => Split(resources)
        .Select(some => new PolicyStatement(new PolicyStatementProps { Actions = actions, Resources = some, Conditions = when?.ToDictionary() }));

    private static IEnumerable<string[]> Split(string[] resources)
    {
        var some = new List<string>();
        var characters = 0;
        foreach (var resource in resources)
        {
            var length = Token.IsUnresolved(resource) ? Unresolved : resource.Length;
            if (some.Count > 0 && characters + length > MostCharacters)
            {
                yield return [.. some];
                some.Clear();
                characters = 0;
            }

            some.Add(resource);
            characters += length;
        }

        if (some.Count > 0) yield return [.. some];
    }
}
