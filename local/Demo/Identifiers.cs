using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ServerlessGdpr.Local.Demo;

/// <summary>What names one person, in the spellings it might hide in: plain, percent-encoded, base64, or as a hash without a key.</summary>
public sealed class Identifiers
{
    private readonly Regex words;

    /// <summary>Finds the few texts that are worth the pattern's time.</summary>
    private readonly SearchValues<string> spellings;

    /// <summary>Base64 runs into what stands around it, so it has no word boundary.</summary>
    private readonly SearchValues<string> encodings;

    /// <param name="values">For example an email address and a customer id. They are matched as whole words, the case of letters aside where there are enough of them.</param>
    public Identifiers(params IEnumerable<string> values)
    {
        var all = values.SelectMany(Spellings).Distinct().ToList();
        var alternatives = all.Select(spelling => spelling.AnyCase ? $"(?i:{Regex.Escape(spelling.Text)})" : Regex.Escape(spelling.Text));
        words = new Regex($"(?<![A-Za-z0-9._%+-])(?:{string.Join('|', alternatives)})(?![A-Za-z0-9-]|\\.[A-Za-z0-9])", RegexOptions.CultureInvariant, TimeSpan.FromMinutes(1));
        spellings = SearchValues.Create([.. all.Select(spelling => spelling.Text)], StringComparison.OrdinalIgnoreCase);
        encodings = SearchValues.Create([.. values.SelectMany(Base64).Distinct()], StringComparison.Ordinal);
    }

    public static Identifiers Of(Person person) => new(person.CustomerId, person.Email, person.Name, person.Phone, person.Street);

    public bool AreIn(string text) => (text.AsSpan().ContainsAny(spellings) && words.IsMatch(text)) || text.AsSpan().ContainsAny(encodings);

    private static IEnumerable<(string Text, bool AnyCase)> Spellings(string value)
    {
        // In a short id such as C-1042 the capital letter is what tells it from a piece of a UUID.
        yield return (value, value.Length > 8);
        if (Uri.EscapeDataString(value) is var percent && percent != value) yield return (percent, true);
        foreach (var hash in Hashes(value).Concat(Hashes(value.ToLowerInvariant()))) yield return (hash, true);
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "Looking for what others may have used")]
    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "Looking for what others may have used")]
    private static IEnumerable<string> Hashes(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        return [Convert.ToHexStringLower(MD5.HashData(bytes)), Convert.ToHexStringLower(SHA1.HashData(bytes)), Convert.ToHexStringLower(SHA256.HashData(bytes))];
    }

    /// <summary>The value inside a longer text may start at any of three places of a group of four; only whole characters in the middle are certain.</summary>
    private static IEnumerable<string> Base64(string value)
    {
        for (var offset = 0; offset < 3; offset++)
        {
            var bytes = Encoding.UTF8.GetBytes(new string('x', offset) + value);
            var first = (offset * 8 + 5) / 6;
            var last = bytes.Length * 8 / 6;
            yield return Convert.ToBase64String(bytes)[first..last];
        }
    }
}
