using System.Text.Json.Nodes;

namespace ServerlessGdpr.Local.DynamoDb.Backups.Journal;

/// <summary>
/// Lets writes through the gates of their tables. A write to a table with a journal is alone there, and what it left of the items it may have changed
/// is read back before the next one: so transactions, batches and conditions need no interpretation.
/// </summary>
internal sealed class WriteTurns(TableRecords tables, TableItems items, TimeProvider time)
{
    public async Task<WriteTurn> EnterAsync(string operation, JsonObject request)
    {
        while (true)
        {
            var concerned = Concerned(operation, request);
            var turn = new WriteTurn(concerned.Where(table => table.Journal is not null).ToList());
            var entered = false;
            try
            {
                foreach (var table in concerned)
                    turn.Hold(turn.Journaled.Contains(table) ? await table.Gate.AloneAsync() : await table.Gate.SharedAsync());
                entered = concerned.All(table => tables.Find(table.Name) == table && table.Journal is not null == turn.Journaled.Contains(table));
                if (entered) return turn;
            }
            finally
            {
                if (!entered) turn.Dispose();
            }
        }
    }

    /// <summary>Writes down what a write that has succeeded left.</summary>
    public async Task RecordAsync(WriteTurn turn, string operation, JsonObject request)
    {
        foreach (var table in turn.Journaled)
        {
            // Not cancelled with the caller: the write has happened.
            if (WriteRequest.IsStatement(operation)) table.Journal!.RecordAll(Keyed(table, await items.ScanAsync(table.Name, CancellationToken.None)), time.GetUtcNow());
            else await RecordAsync(table, WriteRequest.Items(operation, request).Where(item => TableRecords.NameOf(item.Table) == table.Name).Select(item => ItemKey.Of(table, item.Item)));
        }
    }

    public static IEnumerable<(ItemKey Key, string Image)> Keyed(TableRecord table, IEnumerable<string> images) =>
        images.Select(image => (ItemKey.Of(table, JsonNode.Parse(image)!.AsObject()), image));

    private async Task RecordAsync(TableRecord table, IEnumerable<ItemKey> keys)
    {
        var changed = keys.DistinctBy(key => key.Text, StringComparer.Ordinal).ToList();
        var left = await items.GetAsync(table.Name, changed.ConvertAll(key => key.Attributes), CancellationToken.None);
        var images = Keyed(table, left).ToDictionary(one => one.Key.Text, one => one.Image, StringComparer.Ordinal);
        foreach (var key in changed) table.Journal!.Record(key, images.GetValueOrDefault(key.Text), time.GetUtcNow());
    }

    /// <summary>In one order for everyone, so that two writes never wait for each other.</summary>
    private List<TableRecord> Concerned(string operation, JsonObject request)
    {
        var named = WriteRequest.IsStatement(operation) ? tables.All : WriteRequest.Tables(operation, request).Select(tables.Find).OfType<TableRecord>();
        return [.. named.Distinct().OrderBy(table => table.Name, StringComparer.Ordinal)];
    }
}

/// <summary>The gates that one write holds.</summary>
/// <param name="journaled">The tables whose changes are written down.</param>
internal sealed class WriteTurn(IReadOnlyList<TableRecord> journaled) : IDisposable
{
    private readonly Stack<IDisposable> holds = new();

    public IReadOnlyList<TableRecord> Journaled => journaled;

    public void Hold(IDisposable gate) => holds.Push(gate);

    public void Dispose()
    {
        while (holds.TryPop(out var gate)) gate.Dispose();
    }
}
