using System.Text;
using ServerlessGdpr.Functions.Datastores;

namespace ServerlessGdpr.Functions.Requests;

/// <summary>Brings an identity's value into the form in which it is matched, once, by the data map's rules for its type.</summary>
public static class IdentityNormaliser
{
    public static string Normalise(string value, string format, IdentityTypeRules rules)
    {
        if (format != IdentityFormats.Raw) return value.ToLowerInvariant();
        if (rules.Trim) value = value.Trim();
        return rules.CaseInsensitive ? Lower(value) : value;
    }

    // Only a letter whose lower case leads back to it: the Kelvin sign must not become an ASCII k, or it would reach another person.
    private static string Lower(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
        {
            var lower = Rune.ToLowerInvariant(rune);
            text.Append(Rune.ToUpperInvariant(lower) == rune ? lower : rune);
        }

        return text.ToString();
    }
}

/// <summary>How an identity's value is written (OpenDSR's <c>identity_format</c>).</summary>
public static class IdentityFormats
{
    public const string Raw = "raw";

    /// <summary>Each format and how many hexadecimal digits its values have; none for a value as it is.</summary>
    public static readonly IReadOnlyDictionary<string, int?> All = new Dictionary<string, int?>(StringComparer.Ordinal)
    {
        [Raw] = null,
        ["sha1"] = 40,
        ["md5"] = 32,
        ["sha256"] = 64,
    };
}
