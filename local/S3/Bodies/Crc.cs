namespace ServerlessGdpr.Local.S3.Bodies;

/// <summary>A reflected CRC of 32 or 64 bits that starts from and ends with all ones.</summary>
internal sealed class Crc(int width, ulong[] table)
{
    public static readonly ulong[] Crc32 = Table(0xEDB88320);
    public static readonly ulong[] Crc32C = Table(0x82F63B78);
    public static readonly ulong[] Crc64Nvme = Table(0x9A6C9329AC4BC9B5);

    private readonly ulong ones = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
    private ulong value = width == 64 ? ulong.MaxValue : (1UL << width) - 1;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var crc = value;
        foreach (var next in bytes) crc = table[(byte)(crc ^ next)] ^ (crc >> 8);
        value = crc;
    }

    /// <summary>Most significant byte first.</summary>
    public byte[] Finish()
    {
        var result = new byte[width / 8];
        var crc = value ^ ones;
        for (var i = result.Length - 1; i >= 0; i--, crc >>= 8) result[i] = (byte)crc;
        return result;
    }

    private static ulong[] Table(ulong polynomial)
    {
        var table = new ulong[256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = (ulong)i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ polynomial : crc >> 1;
            table[i] = crc;
        }

        return table;
    }
}
