using System.Globalization;
using System.Text.Json;

namespace ServerlessGdpr.Bench;

/// <summary>The list price of one erasure, from the counts that a test holds the system to (<c>CostTests</c>).</summary>
internal static class PriceBench
{
    /// <summary>Assumed, not measured: an invocation's billed seconds, and the memory of most functions in gigabytes.</summary>
    private const double SecondsOfInvocation = 0.05, Gigabytes = 0.5;

    public static void Print()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "erasure-counts.json"));
        var counts = JsonSerializer.Deserialize<IReadOnlyList<ErasureCounts>>(file, JsonSerializerOptions.Web)!;
        MarkdownTable.Print(
            ["datastores, waves", "state transitions", "invocations", "read units", "write units", "KMS calls", "S3 puts", "other S3 calls", "price of 1,000"],
            counts.Select(count => (IReadOnlyList<string>)
            [
                $"{count.Datastores}, {count.Waves}", Text(count.Transitions), Text(count.Invocations), Text(count.ReadUnits), Text(count.WriteUnits), Text(count.KmsCalls),
                Text(count.S3Puts), Text(count.S3Others), $"${Price(count) * 1000:F2}",
            ]));
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static double Price(ErasureCounts count) =>
        (count.Transitions * ListPrices.StateTransition)
        + (count.Invocations * (ListPrices.LambdaRequest + (SecondsOfInvocation * Gigabytes * ListPrices.LambdaGigabyteSecond)))
        + (count.ReadUnits * ListPrices.ReadUnit) + (count.WriteUnits * ListPrices.WriteUnit)
        + (count.KmsCalls * ListPrices.KmsRequest)
        + (count.S3Puts * ListPrices.S3Put) + (count.S3Others * ListPrices.S3Get)
        + ((count.Events + 1) * ListPrices.Event);

    private sealed record ErasureCounts(
        int Datastores, int Waves, double Transitions, double Invocations, double ReadUnits, double WriteUnits, double KmsCalls, double S3Puts, double S3Others, double Events);
}
