using System.Security.Cryptography;
using System.Text;

namespace ServerlessGdpr.Local.Iam;

/// <summary>The access key ids of roles' credentials. A role always has the same one; secrets are not checked.</summary>
public static class AccessKeys
{
    private const string Temporary = "ASIA";

    public static string Of(string roleArn) => $"{Temporary}{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(roleArn)))[..16]}";
}
