using System.Buffers;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.StepFunctions;

/// <summary>The names that AWS takes for state machines and executions.</summary>
internal static class Names
{
    private const int MaxLength = 80;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>{}[]?*\"#%\\^|~`$&,;:/ \t\r\n");

    /// <exception cref="AwsError">InvalidName.</exception>
    public static void Check(string name)
    {
        if (!IsValid(name)) throw new AwsError("InvalidName", $"Invalid Name: '{name}'");
    }

    public static bool IsValid(string name) => name.Length is > 0 and <= MaxLength && !name.AsSpan().ContainsAny(Forbidden) && !name.Any(char.IsControl);
}
