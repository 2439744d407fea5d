using System.Text;
using ServerlessGdpr.Local.StepFunctions;
using ServerlessGdpr.Local.StepFunctions.Distributed;
using ServerlessGdpr.Local.StepFunctions.Running;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

public sealed class DistributedMapMemoryTests
{
    private const int Lines = 1_000_000;
    private const int LineBytes = 10;
    private const int BatchItems = 500;
    private const int Concurrency = 8;

    /// <summary>What has been read and not yet been worked on is the only place where items could pile up: it is counted at every read.</summary>
    [Fact]
    public async Task A_million_lines_are_never_held_at_once_and_children_are_forgotten()
    {
        await using var cloud = new StateMachineHarness();
        var (readAhead, run) = (0L, (MapRun?)null);
        cloud.Objects.Generate = (offset, length) =>
        {
            run ??= cloud.Get<MapRuns>().Of(cloud.Get<ExecutionStore>().Where(execution => execution.MapRun is null).Single()).Single();
            var content = Content(offset, length);
            var items = run.Progress.Items;
            readAhead = Math.Max(readAhead, ((offset + content.Length) / LineBytes) - items.Succeeded);
            return new ObjectSlice(content, (long)Lines * LineBytes, "1");
        };

        var execution = await cloud.RunAsync(DistributedMapTests.Map(
            """{"P":{"Type":"Pass","Result":1,"End":true}}""",
            DistributedMapTests.Reader("JSONL") + $$""" "MaxConcurrency":{{Concurrency}},"ItemBatcher":{"MaxItemsPerBatch":{{BatchItems}}}, """), """{"key":"k"}""");

        execution.Standing.Output.ShouldBe($"[{string.Join(',', Enumerable.Repeat(1, Lines / BatchItems))}]");
        run!.Progress.Items.Succeeded.ShouldBe(Lines);
        readAhead.ShouldBeLessThanOrEqualTo(((Concurrency + 2) * BatchItems) + (2 * ObjectStream.PartBytes / LineBytes));
        cloud.Get<Executions>().Of(run).Count.ShouldBe(KeptChildren.Most);
    }

    /// <summary>The lines' bytes from an offset on: <c>{"n":1234}</c> without its line end would be ten, so the number has three digits.</summary>
    private static byte[] Content(long offset, int length)
    {
        var count = (int)Math.Min(length, ((long)Lines * LineBytes) - offset);
        var line = Encoding.UTF8.GetBytes("{\"n\":123}\n");
        var content = new byte[count];
        for (var i = 0; i < count; i++) content[i] = line[(offset + i) % LineBytes];
        return content;
    }
}
