using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.EndToEnd.Histories;

public sealed class HistoryPlanTests
{
    [Fact]
    public void The_histories_that_are_tested_have_every_kind_of_step_in_them()
    {
        var counts = RestoreHistoriesTests.Plans.SelectMany(plan => plan).SelectMany(step => step.Kinds).CountBy(kind => kind).ToDictionary();

        Enum.GetValues<StepKind>().Where(kind => !counts.ContainsKey(kind)).ShouldBeEmpty(string.Join(", ", counts.OrderBy(one => one.Value)));
    }

    [Fact]
    public void A_seed_stands_for_one_history()
    {
        var (one, other) = (HistoryPlan.Of(1, 30), HistoryPlan.Of(1, 30));

        one.Select(step => $"{step} {string.Join(' ', step.Kinds)}").ShouldBe(other.Select(step => $"{step} {string.Join(' ', step.Kinds)}"));
        one.Select(step => $"{step} {string.Join(' ', step.Kinds)}").ShouldNotBe(HistoryPlan.Of(2, 30).Select(step => $"{step} {string.Join(' ', step.Kinds)}"));
    }
}
