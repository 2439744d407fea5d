using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json.Linq;
using ServerlessGdpr.Local.StepFunctions.Definition;
using ServerlessGdpr.Local.StepFunctions.Paths;

namespace ServerlessGdpr.Local.StepFunctions.Distributed;

/// <summary>Reads the fields that only a distributed Map state has.</summary>
internal static class DistributedMapReader
{
    private const string Get = "arn:aws:states:::s3:getObject";
    private const string List = "arn:aws:states:::s3:listObjectsV2";
    private const string Put = "arn:aws:states:::s3:putObject";
    private const int MaxLabel = 40;
    private static readonly string[] Fields =
    [
        "ItemReader", "ItemBatcher", "ResultWriter", "Label", "ToleratedFailureCount", "ToleratedFailureCountPath", "ToleratedFailurePercentage", "ToleratedFailurePercentagePath",
    ];


    private static readonly Dictionary<string, char> Delimiters = new(StringComparer.Ordinal)
    {
        ["COMMA"] = ',',
        ["PIPE"] = '|',
        ["SEMICOLON"] = ';',
        ["SPACE"] = ' ',
        ["TAB"] = '\t',
    };

    /// <param name="mode">What ProcessorConfig says; INLINE when it says nothing.</param>
    /// <returns>Null for an inline Map state.</returns>
    public static DistributedMap? Read(string name, string mode, FieldReader state)
    {
        if (mode == "DISTRIBUTED") return new DistributedMap(Label(name, state), ReadItemReader(state), ReadBatcher(state), ReadWriter(state));
        foreach (var field in Fields.Where(state.Has)) state.Problem($"The field '{field}' needs the Mode 'DISTRIBUTED' in ProcessorConfig");
        return null;
    }

    /// <returns>The Mode.</returns>
    public static string ReadConfig(FieldReader processor)
    {
        if (processor.Child("ProcessorConfig") is not { } config) return "INLINE";
        var (mode, type) = (config.Text("Mode") ?? "INLINE", config.Text("ExecutionType"));
        if (mode is not ("INLINE" or "DISTRIBUTED")) config.Problem("The value for the field 'Mode' must be one of [INLINE, DISTRIBUTED]");
        else if (mode == "INLINE" && type is not null) config.Problem("The field 'ExecutionType' needs the Mode 'DISTRIBUTED'");
        else if (mode == "DISTRIBUTED" && type is null) config.Missing("ExecutionType");
        else if (type == "EXPRESS") config.Problem("The ExecutionType 'EXPRESS' is not supported by the local cloud: child executions are STANDARD");
        else if (type is not (null or "STANDARD")) config.Problem("The value for the field 'ExecutionType' must be one of [STANDARD, EXPRESS]");
        config.RefuseTheRest();
        return mode;
    }

    /// <summary>Without one AWS makes up a UUID; here it comes from the state's name, so that it is the same in every run.</summary>
    private static string Label(string name, FieldReader state)
    {
        if (state.Text("Label") is not { } label) return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16), bigEndian: true).ToString();
        if (label.Length is 0 or > MaxLabel || !Names.IsValid(label)) state.Problem($"The value for the field 'Label' must be a name of 1 to {MaxLabel} characters");
        return label;
    }

    private static ItemReader? ReadItemReader(FieldReader state)
    {
        if (state.Child("ItemReader") is not { } reader) return null;
        var resource = reader.RequiredText("Resource");
        if (resource is not (Get or List)) reader.Problem($"The value for the field 'Resource' must be one of [{Get}, {List}]");
        var lists = resource == List;
        var config = reader.Child("ReaderConfig");
        var maxItems = config?.NumberOrPath("MaxItems", 0, 100_000_000);
        var (format, csv) = lists ? (ItemFormat.Listing, new CsvFormat(',', null)) : Format(reader, config);
        if (lists && reader.Has("ReaderConfig") && config!.Has("InputType")) config.Problem($"The field 'InputType' does not go with '{List}'");
        config?.RefuseTheRest();
        var parameters = Parameters(reader, lists ? "Bucket" : "Bucket Key", lists ? "Prefix" : "VersionId");
        reader.RefuseTheRest();
        return parameters is null ? null : new ItemReader(format, csv, parameters, maxItems);
    }

    private static (ItemFormat Format, CsvFormat Csv) Format(FieldReader reader, FieldReader? config)
    {
        var type = config?.RequiredText("InputType");
        if (config is null) reader.Missing("ReaderConfig");
        else if (type is "PARQUET" or "MANIFEST") config.Problem($"The InputType '{type}' is not supported by the local cloud: it reads JSONL, JSON and CSV");
        else if (type is not ("" or "JSONL" or "JSON" or "CSV")) config.Problem("The value for the field 'InputType' must be one of [CSV, JSON, JSONL, MANIFEST, PARQUET]");
        return type switch
        {
            "CSV" => (ItemFormat.Csv, Csv(config!)),
            "JSON" => (ItemFormat.JsonArray, new CsvFormat(',', null)),
            _ => (ItemFormat.JsonLines, new CsvFormat(',', null)),
        };
    }

    private static CsvFormat Csv(FieldReader config)
    {
        var (location, headers, delimiter) = (config.RequiredText("CSVHeaderLocation"), config.Raw("CSVHeaders"), config.Text("CSVDelimiter") ?? "COMMA");
        if (location is not ("" or "FIRST_ROW" or "GIVEN")) config.Problem("The value for the field 'CSVHeaderLocation' must be one of [FIRST_ROW, GIVEN]");
        if ((location == "GIVEN") != (headers is not null)) config.Problem("The field 'CSVHeaders' must be there if, and only if, 'CSVHeaderLocation' is GIVEN");
        string[]? given = headers is JArray { Count: > 0 } names && names.All(name => name.Type == JTokenType.String) ? [.. names.Select(name => (string)name!)] : null;
        if (headers is not null && given is null) config.Problem("The value for the field 'CSVHeaders' must be a non-empty ARRAY of STRING");
        if (!Delimiters.TryGetValue(delimiter, out var character)) config.Problem($"The value for the field 'CSVDelimiter' must be one of [{string.Join(", ", Delimiters.Keys)}]");
        return new CsvFormat(character, given);
    }

    private static ItemBatcher? ReadBatcher(FieldReader state)
    {
        if (state.Child("ItemBatcher") is not { } batcher) return null;
        var items = batcher.NumberOrPath("MaxItemsPerBatch", 1, 100_000_000);
        var bytes = batcher.NumberOrPath("MaxInputBytesPerBatch", 1, Json.MaxBytes);
        if (items is null && bytes is null) batcher.Problem("At least one of the fields 'MaxItemsPerBatch' and 'MaxInputBytesPerBatch' is required");
        var input = batcher.Template("BatchInput");
        batcher.RefuseTheRest();
        return new ItemBatcher(items, bytes, input);
    }

    private static ResultWriter? ReadWriter(FieldReader state)
    {
        if (state.Child("ResultWriter") is not { } writer) return null;
        writer.Refuse("WriterConfig", "it writes results with their metadata, as JSON");
        if (writer.RequiredText("Resource") is not ("" or Put)) writer.Problem($"The value for the field 'Resource' must be {Put}");
        var parameters = Parameters(writer, "Bucket", "Prefix");
        writer.RefuseTheRest();
        return parameters is null ? null : new ResultWriter(parameters);
    }

    private static PayloadTemplate? Parameters(FieldReader fields, string required, string optional)
    {
        if (fields.Raw("Parameters") is not JObject given)
        {
            fields.Missing("Parameters");
            return null;
        }

        var names = given.Properties().Select(member => member.Name.EndsWith(".$", StringComparison.Ordinal) ? member.Name[..^2] : member.Name).ToArray();
        foreach (var name in required.Split(' ').Except(names)) fields.Problem($"The field '{name}' of Parameters is required but was missing");
        foreach (var name in names.Except($"{required} {optional}".Split(' '))) fields.Problem($"The field '{name}' of Parameters is not supported by the local cloud");
        return fields.Template("Parameters");
    }
}
