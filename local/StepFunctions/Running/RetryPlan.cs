using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Running;

/// <summary>Counts each retrier's attempts during one visit of a state.</summary>
internal sealed class RetryPlan(IReadOnlyList<Retrier> retriers, Chance chance)
{
    private readonly int[] attempts = new int[retriers.Count];

    /// <returns>How long to back off before the next attempt; null when there is to be none. The first retrier that matches decides.</returns>
    public TimeSpan? Next(StateFailure failure)
    {
        for (var i = 0; i < retriers.Count; i++)
        {
            var retrier = retriers[i];
            if (!ErrorNames.Match(retrier.ErrorEquals, failure)) continue;
            if (attempts[i] >= retrier.MaxAttempts) return null;
            var delay = retrier.IntervalSeconds * Math.Pow(retrier.BackoffRate, attempts[i]++);
            delay = Math.Min(delay, retrier.MaxDelaySeconds ?? MostSeconds);
            return TimeSpan.FromSeconds(retrier.FullJitter ? delay * chance.Fraction() : delay);
        }

        return null;
    }

    /// <summary>A year and a day: no execution lasts longer.</summary>
    private const double MostSeconds = 366 * 86_400;
}
