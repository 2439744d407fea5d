using System.Globalization;
using ServerlessGdpr.Functions.Requests;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>Instants as the fields of records hold them.</summary>
internal static class FieldInstants
{
    /// <summary>9 September 2001. A smaller number is rather a date in digits, such as 20260302.</summary>
    private const decimal SmallestProof = 1_000_000_000;

    /// <summary>An instant that may be relied on: RFC 3339 with its offset, or seconds since the epoch.</summary>
    public static DateTimeOffset? Proven(string value) =>
        IsNumber(value, out var seconds) ? (seconds >= SmallestProof ? FromEpoch(seconds) : null) : Rfc3339.Parse(value, out _);

    /// <summary>An instant as far as it can be guessed: one without an offset is taken for UTC.</summary>
    public static DateTimeOffset? Lenient(string value) =>
        IsNumber(value, out var seconds) ? FromEpoch(seconds)
        : DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    private static bool IsNumber(string value, out decimal number) =>
        decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private static DateTimeOffset? FromEpoch(decimal seconds) =>
        seconds is > -62_135_596_800 and < 253_402_300_799 ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
}
