using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>What a Map state has beyond an inline one: each item, or batch of items, is an execution of its own.</summary>
/// <param name="Label">What the child executions' state machine is called behind the parent's name.</param>
/// <param name="Reader">Null when the items are in the state's input.</param>
/// <param name="Writer">Null when the results are the state's output.</param>
internal sealed record DistributedMap(string Label, ItemReader? Reader, ItemBatcher? Batcher, ResultWriter? Writer);

internal enum ItemFormat
{
    JsonLines,
    JsonArray,
    Csv,

    /// <summary>Not an object's content: the objects themselves, as ListObjectsV2 lists them.</summary>
    Listing,
}

/// <param name="Parameters">Bucket with Key and perhaps VersionId, or Bucket with perhaps Prefix for a listing.</param>
internal sealed record ItemReader(ItemFormat Format, CsvFormat Csv, PayloadTemplate Parameters, NumberOrPath? MaxItems);

/// <param name="Headers">The columns' names; null when the first row has them.</param>
internal sealed record CsvFormat(char Delimiter, IReadOnlyList<string>? Headers);

/// <summary>At least one of the limits is there.</summary>
/// <param name="Input">What every batch carries besides its items.</param>
internal sealed record ItemBatcher(NumberOrPath? MaxItems, NumberOrPath? MaxBytes, PayloadTemplate? Input);

/// <param name="Parameters">Bucket and perhaps Prefix.</param>
internal sealed record ResultWriter(PayloadTemplate Parameters);
