using System.Globalization;

namespace ServerlessGdpr.Tests.EndToEnd.Scale;

/// <summary>How much of something a test takes: less than the target by default, so that every change can be tested, and as much as an environment variable says.</summary>
internal static class ScaleSize
{
    public static int Of(string variable, int byDefault) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : byDefault;
}
