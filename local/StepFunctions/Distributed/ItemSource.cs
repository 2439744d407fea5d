using System.Runtime.CompilerServices;
using System.Text.Json;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Running;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>Where a Map state's items come from, read no further than they are asked for.</summary>
/// <param name="Count">How many there are; null when that shows only at their end.</param>
internal sealed record ItemSource(IAsyncEnumerable<JToken> Items, long? Count)
{
    public const string Failed = "States.ItemReaderFailed";

    public static ItemSource Of(MapState state, StateVisit visit, JToken input, IObjectStore objects)
    {
        if (state.Distributed!.Reader is not { } reader)
        {
            var items = state.ItemsPath.Get(visit.Scope(input)) as JArray
                ?? throw StateFailure.AtRuntime($"Reference path \"{state.ItemsPath.Text}\" must point to array.");
            return new ItemSource(items.ToAsyncEnumerable(), items.Count);
        }

        var given = (JObject)reader.Parameters.Evaluate(visit.Scope(input));
        return new ItemSource(Guarded(Read(reader, given, objects, visit.Branch.Cancellation), visit.Signed(reader.MaxItems) ?? 0), null);
    }

    private static IAsyncEnumerable<JToken> Read(ItemReader reader, JObject given, IObjectStore objects, CancellationToken cancellation)
    {
        var bucket = Text(given, "Bucket")!;
        if (reader.Format == ItemFormat.Listing) return ItemFormats.Listing(objects, bucket, Text(given, "Prefix"), cancellation);
        var content = new ObjectStream(objects, new ObjectPlace(bucket, Text(given, "Key")!, Text(given, "VersionId")));
        return reader.Format switch
        {
            ItemFormat.Csv => ItemFormats.Rows(content, reader.Csv, cancellation),
            ItemFormat.JsonArray => ItemFormats.Array(content, cancellation),
            _ => ItemFormats.Lines(content, cancellation),
        };
    }

    private static string? Text(JObject given, string name) => given[name] switch
    {
        null => null,
        JValue { Value: string text } => text,
        _ => throw StateFailure.AtRuntime($"The field '{name}' of the ItemReader's Parameters must be a string."),
    };

    /// <summary>Words whatever goes wrong as the reader's failure.</summary>
    /// <param name="most">0 for all.</param>
    private static async IAsyncEnumerable<JToken> Guarded(IAsyncEnumerable<JToken> items, long most, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        if (most < 0) throw new StateFailure(Failed, "field MaxItems must be positive");
        await using var enumerator = items.GetAsyncEnumerator(cancellation);
        for (var read = 0L; most == 0 || read < most; read++)
        {
            try
            {
                if (!await enumerator.MoveNextAsync()) yield break;
            }
            catch (Exception error) when (error is AwsError or JsonException or FormatException or HttpRequestException)
            {
                throw new StateFailure(Failed, error.Message);
            }

            yield return enumerator.Current;
        }
    }
}
