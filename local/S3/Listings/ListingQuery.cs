using ServerlessGdpr.Local.S3.Buckets;
using ServerlessGdpr.Local.S3.Xml;

namespace ServerlessGdpr.Local.S3.Listings;

/// <summary>What all listings of keys have in common.</summary>
internal sealed record ListingQuery(string Prefix, string? Delimiter, int Max, string? EncodingType)
{
    private const int MaxLimit = 1000;

    public static ListingQuery Of(S3Request request, string max = "max-keys")
    {
        var encoding = request.Query("encoding-type");
        if (encoding is not (null or "" or "url")) throw S3Error.InvalidArgument("Invalid Encoding Method specified in Request");
        return new ListingQuery(
            request.Query("prefix") ?? "",
            request.Query("delimiter") is { Length: > 0 } delimiter ? delimiter : null,
            request.Number(max, MaxLimit, MaxLimit),
            encoding is "url" ? encoding : null);
    }

    /// <summary>The part of <paramref name="key"/> up to the first delimiter behind the prefix; null when there is none.</summary>
    public string? CommonPrefix(string key)
    {
        if (Delimiter is null) return null;
        var end = key.IndexOf(Delimiter, Prefix.Length, StringComparison.Ordinal);
        return end < 0 ? null : key[..(end + Delimiter.Length)];
    }

    /// <summary>The bucket's keys that have the prefix, from <paramref name="from"/> on.</summary>
    public IEnumerable<string> Keys(Bucket bucket, string from) => bucket
        .KeysFrom(KeyOrder.Instance.Compare(from, Prefix) > 0 ? from : Prefix)
        .TakeWhile(key => key.StartsWith(Prefix, StringComparison.Ordinal));

    /// <summary>As the answer shows a key or prefix.</summary>
    public string Shown(string name) => EncodingType is null ? name : Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal);

    public System.Xml.Linq.XElement CommonPrefixElement(string prefix) => S3Xml.Element("CommonPrefixes", S3Xml.Element("Prefix", Shown(prefix)));
}
