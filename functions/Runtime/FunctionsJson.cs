using System.Text.Json;
using System.Text.Json.Serialization;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Datastores.DynamoDb;
using ServerlessGdpr.Functions.Datastores.S3;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>Every shape that this binary reads or writes as JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DataMap))]
[JsonSerializable(typeof(DatastoreRequest))]
[JsonSerializable(typeof(DatastoreAnswer))]
[JsonSerializable(typeof(WorkState))]
[JsonSerializable(typeof(BucketPosition))]
[JsonSerializable(typeof(SortedDictionary<string, KeyText>))]
public sealed partial class FunctionsJson : JsonSerializerContext;
