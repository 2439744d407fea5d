using System.Buffers.Text;
using System.Text.Json;
using ServerlessGdpr.Functions.Runtime;

namespace ServerlessGdpr.Functions.Restores.Replay;

/// <summary>Where in the ledger the next page of a pass begins. It names datastores and request ids, nobody else.</summary>
/// <param name="Page">From 0.</param>
/// <param name="Datastore">The index among the restore's datastores.</param>
/// <param name="State">The index among the states that are read one after the other.</param>
/// <param name="Ledger">The ledger's own position; null for the start of the state.</param>
public sealed record ReplayPosition(int Page, int Datastore, int State, string? Ledger)
{
    private static readonly ReplayPosition Start = new(0, 0, 0, null);

    public bool IsStart => Page == 0;

    public static ReplayPosition Parse(string? text) =>
        text is null ? Start : JsonSerializer.Deserialize(Base64Url.DecodeFromChars(text), FunctionsJson.Default.ReplayPosition) ?? Start;

    public string ToText() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, FunctionsJson.Default.ReplayPosition));

    public ReplayPosition NextState(int states) =>
        State + 1 < states ? this with { State = State + 1, Ledger = null } : this with { Datastore = Datastore + 1, State = 0, Ledger = null };
}
