using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Sqs;

/// <summary>Sizes, characters and checksums of messages, as SQS defines them.</summary>
[SuppressMessage("Security", "CA5351", Justification = "SQS defines its checksums as MD5; clients compare them.")]
internal static class MessageRules
{
    public static void Check(string body, IReadOnlyDictionary<string, MessageAttribute> attributes, int maximumSize)
    {
        if (body.Length == 0) throw new AwsError("MissingParameter", "The request must contain the parameter MessageBody.");
        if (!body.EnumerateRunes().All(IsAllowed) || HasLoneSurrogate(body))
            throw new AwsError("InvalidMessageContents", "The message contains characters outside the allowed set.");
        if (attributes.Count > 10) throw new AwsError("InvalidParameterValue", "Number of message attributes [more than 10] exceeds the allowed maximum [10].");
        if (Size(body, attributes) > maximumSize)
            throw new AwsError("InvalidParameterValue", $"One or more parameters are invalid. Reason: Message must be shorter than {maximumSize} bytes.");
    }

    public static int Size(string body, IReadOnlyDictionary<string, MessageAttribute> attributes) =>
        Encoding.UTF8.GetByteCount(body) + attributes.Sum(pair => Encoding.UTF8.GetByteCount(pair.Key) + Encoding.UTF8.GetByteCount(pair.Value.DataType) + Bytes(pair.Value).Length);

    public static string Md5(string body) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)));

    /// <summary>Names in order; each name, type and value with its length before it, and one byte that tells text from binary.</summary>
    public static string? Md5(IReadOnlyDictionary<string, MessageAttribute> attributes)
    {
        if (attributes.Count == 0) return null;
        using var bytes = new MemoryStream();
        foreach (var (name, attribute) in attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Append(bytes, Encoding.UTF8.GetBytes(name));
            Append(bytes, Encoding.UTF8.GetBytes(attribute.DataType));
            bytes.WriteByte(attribute.IsBinary ? (byte)2 : (byte)1);
            Append(bytes, Bytes(attribute));
        }

        return Convert.ToHexStringLower(MD5.HashData(bytes.ToArray()));
    }

    private static byte[] Bytes(MessageAttribute attribute) => attribute.IsBinary ? Convert.FromBase64String(attribute.Value) : Encoding.UTF8.GetBytes(attribute.Value);

    private static void Append(MemoryStream stream, byte[] value)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
        stream.Write(length);
        stream.Write(value);
    }

    private static bool IsAllowed(Rune rune) => rune.Value is 0x9 or 0xA or 0xD or (>= 0x20 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD) or >= 0x10000;

    /// <summary>Enumerating runes replaces a lone surrogate by an allowed character.</summary>
    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(text[i])) return true;
        }

        return false;
    }
}
