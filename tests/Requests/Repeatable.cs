using CsCheck;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

/// <summary>Properties that are tried on the same values in every run. CsCheck's own <c>Sample</c> fixes no more than the first.</summary>
internal static class Repeatable
{
    private const uint Stream = 1;
    private const ulong Seed = 2026;

    public static void Always<T>(this Gen<T> gen, Func<T, bool> holds, int times = 1000) =>
        gen.Always(value => Assert.True(holds(value), $"It does not hold for {Check.Print(value)}."), times);

    public static void Always<T>(this Gen<T> gen, Action<T> check, int times = 1000)
    {
        var random = new PCG(Stream, Seed);
        for (var time = 0; time < times; time++) check(gen.Generate(random, null, out _));
    }
}
