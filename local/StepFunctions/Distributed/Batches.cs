using System.Runtime.CompilerServices;
using System.Text;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <param name="Input">A child execution's input.</param>
/// <param name="Items">How many items are in it.</param>
internal sealed record ChildInput(string Input, int Items);

/// <summary>Makes child executions' inputs of items: one each, or as many as fit a batch.</summary>
internal static class Batches
{
    /// <param name="items">What ItemSelector made of each item.</param>
    public static IAsyncEnumerable<ChildInput> Of(MapState state, StateVisit visit, JToken input, IAsyncEnumerable<JToken> items)
    {
        var batcher = state.Distributed!.Batcher;
        if (batcher is null) return items.Select(item => Checked(state, new ChildInput(Json.Text(item), 1)));
        var (count, bytes) = (visit.Integer(batcher.MaxItems), visit.Integer(batcher.MaxBytes));
        if (count == 0 || bytes == 0) throw StateFailure.AtRuntime("The limits of ItemBatcher must be positive.");
        var head = batcher.Input is null ? "{\"Items\":[" : $"{{\"BatchInput\":{Json.Text(batcher.Input.Evaluate(visit.Scope(input)))},\"Items\":[";
        return Batched(state, items, head, count ?? long.MaxValue, Math.Min(bytes ?? Json.MaxBytes, Json.MaxBytes));
    }

    private static async IAsyncEnumerable<ChildInput> Batched(
        MapState state, IAsyncEnumerable<JToken> items, string head, long mostItems, long mostBytes, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        const string Tail = "]}";
        var (batch, count, bytes) = (new StringBuilder(head), 0, (long)Encoding.UTF8.GetByteCount(head) + Tail.Length);
        var frame = bytes;
        await foreach (var item in items.WithCancellation(cancellation))
        {
            var text = Json.Text(item);
            var size = Encoding.UTF8.GetByteCount(text);
            if (frame + size > mostBytes) throw new StateFailure(StateFailure.DataLimitExceeded, $"An item of the state '{state.Name}' is larger than a batch may be ({mostBytes} bytes).");
            if (count == mostItems || (count > 0 && bytes + 1 + size > mostBytes))
            {
                yield return new ChildInput(batch.Append(Tail).ToString(), count);
                (batch, count, bytes) = (new StringBuilder(head), 0, frame);
            }

            if (count > 0) batch.Append(',');
            batch.Append(text);
            bytes += size + (count++ > 0 ? 1 : 0);
        }

        if (count > 0) yield return new ChildInput(batch.Append(Tail).ToString(), count);
    }

    private static ChildInput Checked(MapState state, ChildInput child) => Json.IsTooLarge(child.Input) ? throw StateFailure.TooLarge(state.Name) : child;
}
