using System.Text;

namespace ServerlessGdpr.Local.S3.Buckets;

/// <summary>The order of the keys' UTF-8 bytes, in which S3 lists.</summary>
internal sealed class KeyOrder : IComparer<string>
{
    public static KeyOrder Instance { get; } = new();

    /// <summary>Ordinal order differs from that of UTF-8 only where one side has a surrogate: compare code points there.</summary>
    public int Compare(string? x, string? y)
    {
        var common = x.AsSpan().CommonPrefixLength(y);
        if (common == x!.Length || common == y!.Length) return x.Length - y!.Length;
        if (!char.IsSurrogate(x[common]) && !char.IsSurrogate(y[common])) return x[common] - y[common];
        if (common > 0 && char.IsHighSurrogate(x[common - 1])) common--;
        Rune.DecodeFromUtf16(x.AsSpan(common), out var left, out _);
        Rune.DecodeFromUtf16(y.AsSpan(common), out var right, out _);
        return left.CompareTo(right);
    }
}
