namespace ServerlessGdpr.Local.StepFunctions.Paths;

/// <summary>One source of chance that many executions share; seeded, runs can be repeated.</summary>
internal sealed class Chance(Random random)
{
    private readonly Lock gate = new();

    /// <summary>At least 0, less than 1.</summary>
    public double Fraction()
    {
        lock (gate) return random.NextDouble();
    }

    public long Between(long start, long end)
    {
        lock (gate) return random.NextInt64(start, end);
    }

    /// <summary>A version 4 UUID.</summary>
    public string Uuid()
    {
        var bytes = new byte[16];
        lock (gate) random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
