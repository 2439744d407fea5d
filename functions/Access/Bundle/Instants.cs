using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Functions.Access.Bundle;

/// <summary>Texts that programs write for instants (RFC 3339), which people read with effort.</summary>
internal static partial class Instants
{
    public static DateTimeOffset? TryRead(string text) =>
        Pattern().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) ? instant : null;

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
