using System.Security.Cryptography;
using System.Text;

namespace ServerlessGdpr.Local.CloudFormation;

/// <summary>Names for resources whose template gives none: like CloudFormation's, but the same at every deployment.</summary>
internal static class PhysicalNames
{
    private const int LongestPart = 24;

    public static string Of(string stack, string logicalId) => $"{Cut(stack)}-{Cut(logicalId)}-{Suffix(stack, logicalId)}";

    public static string Suffix(string stack, string logicalId) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{stack}/{logicalId}")))[..12];

    private static string Cut(string part) => part.Length <= LongestPart ? part : part[..LongestPart];
}
