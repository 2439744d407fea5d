using System.Security.Cryptography;

namespace ServerlessGdpr.Local.S3.Bodies;

/// <param name="Algorithm">CRC32, CRC32C, CRC64NVME, SHA1 or SHA256.</param>
/// <param name="Value">In base64; of a multipart object COMPOSITE, followed by the number of parts.</param>
/// <param name="Type">FULL_OBJECT or COMPOSITE.</param>
public sealed record Checksum(string Algorithm, string Value, string Type = Checksum.FullObject)
{
    public const string FullObject = "FULL_OBJECT";
    public const string Composite = "COMPOSITE";
    public const string Default = "CRC64NVME";
    public const string HeaderPrefix = "x-amz-checksum-";

    public static IReadOnlyList<string> Algorithms { get; } = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

    public string Header => HeaderPrefix + Algorithm.ToLowerInvariant();

    public string Element => "Checksum" + Algorithm;

    /// <summary>The algorithm as S3 spells it.</summary>
    public static string Named(string algorithm) =>
        Algorithms.FirstOrDefault(known => known.Equals(algorithm, StringComparison.OrdinalIgnoreCase))
            ?? throw S3Error.InvalidRequest($"Checksum algorithm provided is unsupported. Please try again with any of the valid types: [{string.Join(", ", Algorithms)}]");
}

/// <summary>Computes one checksum of bytes that pass by.</summary>
internal sealed class RunningChecksum : IDisposable
{
    private readonly Crc? crc;
    private readonly IncrementalHash? hash;

    public RunningChecksum(string algorithm)
    {
        (crc, hash) = algorithm switch
        {
            "CRC32" => (new Crc(32, Crc.Crc32), (IncrementalHash?)null),
            "CRC32C" => (new Crc(32, Crc.Crc32C), null),
            "CRC64NVME" => (new Crc(64, Crc.Crc64Nvme), null),
            "SHA1" => (null, IncrementalHash.CreateHash(HashAlgorithmName.SHA1)),
            _ => (null, IncrementalHash.CreateHash(HashAlgorithmName.SHA256)),
        };
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        crc?.Append(bytes);
        hash?.AppendData(bytes);
    }

    public string Finish() => Convert.ToBase64String(crc?.Finish() ?? hash!.GetHashAndReset());

    public void Dispose() => hash?.Dispose();
}
