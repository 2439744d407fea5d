using System.Text.Json;
using System.Text.Json.Serialization;
using ServerlessGdpr.Functions.Access;
using ServerlessGdpr.Functions.Access.Exports;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Datastores.DynamoDb;
using ServerlessGdpr.Functions.Datastores.S3;
using ServerlessGdpr.Functions.Datastores.S3Logs;
using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Ledger;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Reconciling;
using ServerlessGdpr.Functions.Restores.Replay;
using ServerlessGdpr.Functions.Runtime.Aws;
using ServerlessGdpr.Functions.Runtime.Sqs;
using ServerlessGdpr.Functions.Vault;

namespace ServerlessGdpr.Functions.Runtime;

/// <summary>
/// Every JSON shape of the binary: camelCase, unknown members of AWS's events skipped, a missing or null required member refused.
/// One line per root type; what it holds comes along.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ErrorReport))]
[JsonSerializable(typeof(StartExecutionInput))]
[JsonSerializable(typeof(StartExecutionOutput))]
[JsonSerializable(typeof(DescribeExecutionInput))]
[JsonSerializable(typeof(DescribeExecutionOutput))]
[JsonSerializable(typeof(SendTaskSuccessInput))]
[JsonSerializable(typeof(SendTaskSuccessOutput))]
[JsonSerializable(typeof(PutEventsInput))]
[JsonSerializable(typeof(PutEventsOutput))]
[JsonSerializable(typeof(SqsEvent))]
[JsonSerializable(typeof(SqsBatchResponse))]
[JsonSerializable(typeof(DataMap))]
[JsonSerializable(typeof(DatastoreRequest))]
[JsonSerializable(typeof(DatastoreAnswer))]
[JsonSerializable(typeof(WorkState))]
[JsonSerializable(typeof(ExportPosition))]
[JsonSerializable(typeof(ExportState))]
[JsonSerializable(typeof(AccessState))]
[JsonSerializable(typeof(RecordExportsRequest))]
[JsonSerializable(typeof(AccessCertificate))]
[JsonSerializable(typeof(LinkRequest))]
[JsonSerializable(typeof(BundleLink))]
[JsonSerializable(typeof(LinkMade))]
[JsonSerializable(typeof(BucketPosition))]
[JsonSerializable(typeof(LogState))]
[JsonSerializable(typeof(SortedDictionary<string, KeyText>))]
[JsonSerializable(typeof(IReadOnlyList<Identity>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(PlanRequest))]
[JsonSerializable(typeof(ExecutionInput))]
[JsonSerializable(typeof(AdvanceRequest))]
[JsonSerializable(typeof(ErasureState))]
[JsonSerializable(typeof(AskRequest))]
[JsonSerializable(typeof(CompleteRequestInput))]
[JsonSerializable(typeof(Acknowledged))]
[JsonSerializable(typeof(ScheduledEvent))]
[JsonSerializable(typeof(ErasureCertificate))]
[JsonSerializable(typeof(LedgerCopy))]
[JsonSerializable(typeof(LedgerPosition))]
[JsonSerializable(typeof(ReplayInput))]
[JsonSerializable(typeof(ReplayState))]
[JsonSerializable(typeof(ReplayBatch))]
[JsonSerializable(typeof(ReplayPosition))]
[JsonSerializable(typeof(BatchResult))]
[JsonSerializable(typeof(ExtendRequest))]
[JsonSerializable(typeof(LedgerScope))]
[JsonSerializable(typeof(LedgerStanding))]
[JsonSerializable(typeof(RestoreRecord))]
[JsonSerializable(typeof(RestoreJobPage))]
[JsonSerializable(typeof(RecoveryPointPage))]
[JsonSerializable(typeof(RestoreDecision))]
public sealed partial class FunctionsJson : JsonSerializerContext;
