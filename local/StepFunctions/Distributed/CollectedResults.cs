using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Paths;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>Results that become the Map state's own, in the order of the items. Beyond what a state may give nothing is kept.</summary>
internal sealed class CollectedResults(string state) : IResults
{
    private readonly SortedDictionary<long, string> texts = [];
    private long length;

    public Task AddAsync(Execution child, CancellationToken cancellation)
    {
        var text = child.Standing.Output ?? Json.Text(ChildResult.Of(child));
        length += text.Length + 1;
        if (length > Json.MaxBytes) texts.Clear();
        else texts[child.Order] = text;
        return Task.CompletedTask;
    }

    public Task<JToken> CompleteAsync(CancellationToken cancellation) =>
        length > Json.MaxBytes ? throw StateFailure.TooLarge(state) : Task.FromResult<JToken>(new JArray(texts.Values.Select(Json.Parse)));
}
