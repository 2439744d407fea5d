using System.Text;
using System.Text.Unicode;

namespace ServerlessGdpr.Functions.Datastores;

/// <summary>
/// A template such as <c>customers/{customer_id}/</c>. It turns an identity into the one key, or the one prefix, that is that identity's alone,
/// or into nothing when the value could be mistaken for somebody else's.
/// </summary>
public sealed class KeyTemplate
{
    private const string Delimiters = "/#|:;,_-.~!$&=@+^ ";
    private readonly string before;
    private readonly string after;

    private KeyTemplate(string before, string after, bool hasPlaceholder)
    {
        (this.before, this.after) = (before, after);
        HasPlaceholder = hasPlaceholder;
    }

    /// <summary>False when the template is a constant text.</summary>
    public bool HasPlaceholder { get; }

    /// <summary>It ends with a delimiter, so that as a prefix it does not begin anybody else's keys.</summary>
    public bool EndsWithDelimiter => after.Length > 0 && Delimiters.Contains(after[^1], StringComparison.Ordinal);

    /// <summary>A delimiter follows the placeholder at once, so that one value cannot run into the text after another.</summary>
    public bool DelimitsPlaceholder => after.Length > 0 && Delimiters.Contains(after[0], StringComparison.Ordinal);

    /// <summary>Braces other than one placeholder of the identity type.</summary>
    public bool HasStrayBraces => (before + after).AsSpan().IndexOfAny('{', '}') >= 0;

    public static KeyTemplate Parse(string template, string identityType)
    {
        var placeholder = $"{{{identityType}}}";
        var at = template.IndexOf(placeholder, StringComparison.Ordinal);
        return at < 0 ? new KeyTemplate(template, "", hasPlaceholder: false) : new KeyTemplate(template[..at], template[(at + placeholder.Length)..], hasPlaceholder: true);
    }

    /// <summary>The key for a value; null when the value matches nothing.</summary>
    /// <param name="value">A normalised identity; compared by code point from here on.</param>
    /// <param name="asPrefix">The key begins others. Then even the first character of the delimiter makes a value match nothing.</param>
    /// <param name="maxBytes">The longest key the datastore can hold, in UTF-8.</param>
    /// <param name="separator">A character that structures all keys of the datastore, whatever the template.</param>
    public string? Expand(string value, bool asPrefix, int maxBytes, char? separator = null)
    {
        if (!HasPlaceholder) return before;
        if (value.Length == 0 || !IsText(value)) return null;
        if (separator is { } character && value.Contains(character, StringComparison.Ordinal)) return null;
        if (after.Length > 0 && value.Contains(asPrefix ? after[..1] : after, StringComparison.Ordinal)) return null;

        var key = before + value + after;
        return Encoding.UTF8.GetByteCount(key) <= maxBytes ? key : null;
    }

    /// <summary>A lone surrogate would be replaced on the way to the datastore and reach another key; control characters never pass intake.</summary>
    private static bool IsText(string value)
    {
        if (value.Any(char.IsControl)) return false;

        Span<byte> buffer = stackalloc byte[256];
        for (var rest = value.AsSpan(); rest.Length > 0;)
        {
            var status = Utf8.FromUtf16(rest, buffer, out var read, out _, replaceInvalidSequences: false);
            if (status == System.Buffers.OperationStatus.InvalidData || read == 0) return false;
            rest = rest[read..];
        }

        return true;
    }
}
