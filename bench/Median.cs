namespace ServerlessGdpr.Bench;

internal static class Median
{
    public static double Of(IEnumerable<double> values)
    {
        List<double> ordered = [.. values.Order()];
        return (ordered[ordered.Count / 2] + ordered[(ordered.Count - 1) / 2]) / 2;
    }
}
