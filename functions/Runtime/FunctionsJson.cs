using System.Text.Json;
using System.Text.Json.Serialization;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Datastores.DynamoDb;
using ServerlessGdpr.Functions.Datastores.S3;
using ServerlessGdpr.Functions.Runtime.Sqs;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>
/// Every JSON shape of the binary: camelCase, unknown members of AWS's events skipped, a missing or null required member refused.
/// One line per root type; what it holds comes along.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SqsEvent))]
[JsonSerializable(typeof(SqsBatchResponse))]
[JsonSerializable(typeof(DataMap))]
[JsonSerializable(typeof(DatastoreRequest))]
[JsonSerializable(typeof(DatastoreAnswer))]
[JsonSerializable(typeof(WorkState))]
[JsonSerializable(typeof(BucketPosition))]
[JsonSerializable(typeof(SortedDictionary<string, KeyText>))]
public sealed partial class FunctionsJson : JsonSerializerContext;
