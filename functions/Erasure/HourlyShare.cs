using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ServerlessGdpr.Functions.Erasure;

/// <summary>Which of the open requests one hour's run asks Step Functions about. When they are more than it answers for in one run, each has its turn once in as many hours as there are shares.</summary>
internal static class HourlyShare
{
    /// <summary>DescribeExecution is answered 10 to 15 times a second: so many take most of a run of five minutes at the worst.</summary>
    public const int Limit = 2_000;

    /// <param name="open">How many requests are open.</param>
    public static bool Includes(string requestId, int open, DateTimeOffset now)
    {
        var shares = 1 + (open - 1) / Limit;
        return shares <= 1 || Hash(requestId) % shares == now.ToUnixTimeSeconds() / 3600 % shares;
    }

    /// <summary>Ids may be made in sequence; their shares must not be.</summary>
    private static uint Hash(string requestId) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(requestId)));
}
