// What an operator and an upstream app do with the AWS SDK for JavaScript, against the endpoint in AWS_ENDPOINT_URL.
// Ends at the first call that did not do what AWS does.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual, inspect } from "node:util";
import * as dynamo from "@aws-sdk/client-dynamodb";
import * as events from "@aws-sdk/client-eventbridge";
import * as kms from "@aws-sdk/client-kms";
import * as lambda from "@aws-sdk/client-lambda";
import * as s3 from "@aws-sdk/client-s3";
import * as scheduler from "@aws-sdk/client-scheduler";
import * as sfn from "@aws-sdk/client-sfn";
import * as sqs from "@aws-sdk/client-sqs";

const name = `js-${randomUUID().slice(0, 8)}`;
const patience = 60_000;
const clients = {
  dynamo: new dynamo.DynamoDBClient({ maxAttempts: 1 }),
  events: new events.EventBridgeClient({ maxAttempts: 1 }),
  kms: new kms.KMSClient({ maxAttempts: 1 }),
  lambda: new lambda.LambdaClient({ maxAttempts: 1 }),
  s3: new s3.S3Client({ maxAttempts: 1, forcePathStyle: true }),
  scheduler: new scheduler.SchedulerClient({ maxAttempts: 1 }),
  sfn: new sfn.SFNClient({ maxAttempts: 1 }),
  sqs: new sqs.SQSClient({ maxAttempts: 1 }),
};

class Mismatch extends Error {}

function check(call, wanted, came) {
  if (!wanted) throw new Mismatch(`${call}: came ${inspect(came, { depth: 4 })}`);
}

const equal = (call, came, wanted) => check(call, isDeepStrictEqual(came, wanted), { came, wanted });

/** Sends a command and says which it was when it is refused. */
async function send(service, command) {
  try {
    return await clients[service].send(command);
  } catch (error) {
    error.call = `${service} ${command.constructor.name.replace(/Command$/, "")}`;
    throw error;
  }
}

async function refused(code, service, command) {
  let came;
  try {
    came = await clients[service].send(command);
  } catch (error) {
    check(`${command.constructor.name} should be refused with ${code}`, error.name === code, error);
    return error;
  }
  return check(`${command.constructor.name} should be refused with ${code}`, false, came);
}

async function until(call, look, wanted) {
  const end = Date.now() + patience;
  for (;;) {
    const came = await look();
    if (wanted(came)) return came;
    check(`${call} within ${patience} ms`, Date.now() < end, came);
    await pause(100);
  }
}

async function all(pages, member) {
  const found = [];
  for await (const page of pages) found.push(...(page[member] ?? []));
  return found;
}

async function stepFunctionsAndEvents() {
  const machines = await all(sfn.paginateListStateMachines({ client: clients.sfn, pageSize: 2 }, {}), "stateMachines");
  const machine = machines.find((found) => found.name.includes("ErasureWorkflow")).stateMachineArn;
  const described = await send("sfn", new sfn.DescribeStateMachineCommand({ stateMachineArn: machine }));
  check("DescribeStateMachine", described.status === "ACTIVE" && JSON.parse(described.definition).StartAt && described.creationDate instanceof Date, described);

  const { EventBuses: buses } = await send("events", new events.ListEventBusesCommand({}));
  const bus = buses.find((found) => found.Name !== "default").Name;
  const { QueueUrl: queue } = await send("sqs", new sqs.CreateQueueCommand({ QueueName: `${name}-statuses` }));
  const { Attributes: attributes } = await send("sqs", new sqs.GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ["QueueArn"] }));
  const request = randomUUID();
  const pattern = JSON.stringify({ source: ["serverless-gdpr"], detail: { subject_request_id: [request] } });
  await send("events", new events.PutRuleCommand({ Name: name, EventBusName: bus, EventPattern: pattern }));
  await send("events", new events.PutTargetsCommand({ Rule: name, EventBusName: bus, Targets: [{ Id: "statuses", Arn: attributes.QueueArn }] }));
  const before = new Set((await send("sfn", new sfn.ListExecutionsCommand({ stateMachineArn: machine }))).executions.map((execution) => execution.executionArn));
  const detail = {
    regulation: "gdpr",
    subject_request_id: request,
    subject_request_type: "erasure",
    subject_identities: [
      { identity_type: "customer_id", identity_value: `C-${name}`, identity_format: "raw" },
      { identity_type: "email", identity_value: `${name}@example.com`, identity_format: "raw" },
    ],
    submitted_time: new Date().toISOString(),
    api_version: "2.0",
    extensions: { dry_run: true },
  };
  const put = await send("events", new events.PutEventsCommand({
    Entries: [{ Source: "com.example.shop", DetailType: "ErasureRequested", EventBusName: bus, Detail: JSON.stringify(detail) }],
  }));
  equal("PutEvents", [put.FailedEntryCount, typeof put.Entries[0].EventId], [0, "string"]);

  const status = await until("The status event", async () => {
    const { Messages: messages = [] } = await send("sqs", new sqs.ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
    for (const message of messages) await send("sqs", new sqs.DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: message.ReceiptHandle }));
    return messages.map((message) => JSON.parse(message.Body).detail).find((found) => found.request_status === "completed");
  }, Boolean);
  equal("The status event", status.subject_request_id, request);

  const mine = async () => {
    const found = await all(sfn.paginateListExecutions({ client: clients.sfn, pageSize: 1 }, { stateMachineArn: machine, statusFilter: "SUCCEEDED" }), "executions");
    const described = await Promise.all(found.filter((execution) => !before.has(execution.executionArn)).map(({ executionArn }) => send("sfn", new sfn.DescribeExecutionCommand({ executionArn }))));
    return described[0];
  };
  const execution = await until("DescribeExecution", mine, Boolean);
  check("DescribeExecution", execution.status === "SUCCEEDED" && execution.stopDate >= execution.startDate, execution);
  const { executionArn } = execution;
  const { events: whole } = await send("sfn", new sfn.GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  const paged = await all(sfn.paginateGetExecutionHistory({ client: clients.sfn, pageSize: 5 }, { executionArn }), "events");
  equal("GetExecutionHistory paged", paged, whole);
  equal("GetExecutionHistory's end", whole.at(-1).type, "ExecutionSucceeded");
  check("GetExecutionHistory holds no identity", !JSON.stringify(whole).includes(name), whole);
  await refused("InvalidToken", "sfn", new sfn.ListExecutionsCommand({ stateMachineArn: machine, nextToken: "none" }));
  await refused("StateMachineDoesNotExist", "sfn", new sfn.StartExecutionCommand({ stateMachineArn: `${machine}x` }));
  await send("events", new events.RemoveTargetsCommand({ Rule: name, EventBusName: bus, Ids: ["statuses"] }));
  await send("events", new events.DeleteRuleCommand({ Name: name, EventBusName: bus }));
  await send("sqs", new sqs.DeleteQueueCommand({ QueueUrl: queue }));
}

async function functions() {
  const found = await all(lambda.paginateListFunctions({ client: clients.lambda, pageSize: 10 }, {}), "Functions");
  const checkLedger = found.find((one) => one.Handler === "CheckLedger");
  const answer = await send("lambda", new lambda.InvokeCommand({ FunctionName: checkLedger.FunctionArn, Payload: "{}", LogType: "Tail" }));
  check("Invoke", answer.StatusCode === 200 && !answer.FunctionError && answer.ExecutedVersion === "$LATEST", answer.Payload?.transformToString());
  check("Invoke's answer", "scanned" in JSON.parse(answer.Payload.transformToString()), answer.Payload.transformToString());
  const failed = await send("lambda", new lambda.InvokeCommand({ FunctionName: found.find((one) => one.Handler === "PlanErasure").FunctionName, Payload: "{}" }));
  check("Invoke that fails", failed.FunctionError === "Unhandled" && JSON.parse(failed.Payload.transformToString()).errorType, failed);
  await refused("InvalidRequestContentException", "lambda", new lambda.InvokeCommand({ FunctionName: checkLedger.FunctionName, Payload: "no JSON" }));
  await refused("ResourceNotFoundException", "lambda", new lambda.GetFunctionCommand({ FunctionName: "none" }));
}

async function tables() {
  const { TableDescription: made } = await send("dynamo", new dynamo.CreateTableCommand({
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    Tags: [{ Key: "team", Value: "privacy" }],
  }));
  await dynamo.waitUntilTableExists({ client: clients.dynamo, maxWaitTime: 60, minDelay: 1 }, { TableName: name });
  await send("dynamo", new dynamo.TagResourceCommand({ ResourceArn: made.TableArn, Tags: [{ Key: "stage", Value: "test" }] }));
  const { Tags: tags } = await send("dynamo", new dynamo.ListTagsOfResourceCommand({ ResourceArn: made.TableArn }));
  equal("ListTagsOfResource", Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value])), { team: "privacy", stage: "test" });
  const items = Array.from({ length: 25 }, (_, number) => ({ PutRequest: { Item: { id: { S: `${number}` }, raw: { B: Uint8Array.of(0, 255) } } } }));
  equal("BatchWriteItem", (await send("dynamo", new dynamo.BatchWriteItemCommand({ RequestItems: { [name]: items } }))).UnprocessedItems, {});
  equal("Scan", (await all(dynamo.paginateScan({ client: clients.dynamo, pageSize: 10 }, { TableName: name }), "Items")).length, 25);
  await refused("ConditionalCheckFailedException", "dynamo", new dynamo.PutItemCommand({ TableName: name, Item: { id: { S: "1" } }, ConditionExpression: "attribute_not_exists(id)" }));

  const { BackupDetails: backup } = await send("dynamo", new dynamo.CreateBackupCommand({ TableName: name, BackupName: "nightly" }));
  check("CreateBackup", backup.BackupCreationDateTime instanceof Date, backup);
  await send("dynamo", new dynamo.DeleteItemCommand({ TableName: name, Key: { id: { S: "1" } } }));
  const arn = { BackupArn: backup.BackupArn };
  const described = () => send("dynamo", new dynamo.DescribeBackupCommand(arn));
  await until("DescribeBackup", described, (found) => found.BackupDescription.BackupDetails.BackupStatus === "AVAILABLE");
  const restored = `${name}-restored`;
  await send("dynamo", new dynamo.RestoreTableFromBackupCommand({ TargetTableName: restored, ...arn }));
  await dynamo.waitUntilTableExists({ client: clients.dynamo, maxWaitTime: 60, minDelay: 1 }, { TableName: restored });
  equal("Scan of the restored table", (await send("dynamo", new dynamo.ScanCommand({ TableName: restored, Select: "COUNT", ConsistentRead: true }))).Count, 25);
  equal("Scan of the table", (await send("dynamo", new dynamo.ScanCommand({ TableName: name, Select: "COUNT", ConsistentRead: true }))).Count, 24);
  const { Table: description } = await send("dynamo", new dynamo.DescribeTableCommand({ TableName: restored }));
  equal("DescribeTable", [description.RestoreSummary.SourceBackupArn, description.RestoreSummary.RestoreInProgress], [backup.BackupArn, false]);
  await send("dynamo", new dynamo.DeleteBackupCommand(arn));
  await refused("BackupNotFoundException", "dynamo", new dynamo.DescribeBackupCommand(arn));
  for (const table of [name, restored]) await send("dynamo", new dynamo.DeleteTableCommand({ TableName: table }));
}

async function objects() {
  const bucket = { Bucket: name };
  await send("s3", new s3.CreateBucketCommand(bucket));
  await send("s3", new s3.PutBucketVersioningCommand({ ...bucket, VersioningConfiguration: { Status: "Enabled" } }));
  const object = { ...bucket, Key: "people/é +1&<>/läbel.txt" };
  const versions = [];
  for (let number = 0; number < 5; number++) {
    versions.unshift((await send("s3", new s3.PutObjectCommand({ ...object, Body: `version ${number}`, Metadata: { created: `${number}` } }))).VersionId);
  }
  const marker = await send("s3", new s3.DeleteObjectCommand(object));
  equal("DeleteObject", marker.DeleteMarker, true);
  await refused("NoSuchKey", "s3", new s3.GetObjectCommand(object));
  const listed = [];
  let next = {};
  do {
    const page = await send("s3", new s3.ListObjectVersionsCommand({ ...bucket, MaxKeys: 2, ...next }));
    check("ListObjectVersions", (page.Versions?.length ?? 0) + (page.DeleteMarkers?.length ?? 0) <= 2, page);
    listed.push(...(page.DeleteMarkers ?? []), ...(page.Versions ?? []));
    next = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
  } while (next);
  equal("ListObjectVersions paged", listed.map((version) => version.VersionId), [marker.VersionId, ...versions]);
  await send("s3", new s3.DeleteObjectCommand({ ...object, VersionId: marker.VersionId }));
  const dropped = await send("s3", new s3.DeleteObjectsCommand({ ...bucket, Delete: { Objects: [{ Key: object.Key, VersionId: versions.pop() }] } }));
  equal("DeleteObjects", [dropped.Deleted.length, dropped.Errors], [1, undefined]);
  const read = async (more) => {
    const answer = await send("s3", new s3.GetObjectCommand({ ...object, ...more }));
    return [await answer.Body.transformToString(), answer];
  };
  equal("GetObject of a version", (await read({ VersionId: versions[2] }))[0], "version 2");
  const [range, ranged] = await read({ Range: "bytes=2-5" });
  equal("GetObject of a range", [range, ranged.ContentRange], ["rsio", "bytes 2-5/9"]);
  await refused("InvalidRange", "s3", new s3.GetObjectCommand({ ...object, Range: "bytes=9-" }));
  const head = await send("s3", new s3.HeadObjectCommand(object));
  equal("HeadObject", [head.VersionId, head.Metadata], [versions[0], { created: "4" }]);
  const unchanged = await clients.s3.send(new s3.GetObjectCommand({ ...object, IfNoneMatch: head.ETag })).catch((error) => error);
  equal("GetObject if changed", unchanged.$metadata?.httpStatusCode, 304);
  const once = new s3.PutObjectCommand({ ...bucket, Key: "once", Body: "1", IfNoneMatch: "*" });
  const { ETag: first } = await send("s3", once);
  await refused("PreconditionFailed", "s3", once);
  await send("s3", new s3.PutObjectCommand({ ...bucket, Key: "once", Body: "2", IfMatch: first }));
  await refused("PreconditionFailed", "s3", new s3.PutObjectCommand({ ...bucket, Key: "once", Body: "3", IfMatch: first }));
  await send("s3", new s3.PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [{ Key: "kind", Value: "ä = b&c" }] } }));
  equal("GetObjectTagging", (await send("s3", new s3.GetObjectTaggingCommand(object))).TagSet, [{ Key: "kind", Value: "ä = b&c" }]);
  const source = `${name}/${encodeURIComponent(object.Key)}?versionId=${versions[1]}`;
  const copied = await send("s3", new s3.CopyObjectCommand({ ...bucket, Key: "copy", CopySource: source }));
  check("CopyObject", copied.CopyObjectResult.LastModified instanceof Date && copied.VersionId, copied);
  equal("GetObject of a copy", (await read({ Key: "copy" }))[0], "version 3");

  const large = { ...bucket, Key: "large" };
  const { UploadId } = await send("s3", new s3.CreateMultipartUploadCommand(large));
  const parts = [];
  for (const [index, body] of [Buffer.alloc(5 << 20, "a"), Buffer.from("end")].entries()) {
    const { ETag, ChecksumCRC32 } = await send("s3", new s3.UploadPartCommand({ ...large, UploadId, PartNumber: index + 1, Body: body }));
    parts.push({ ETag, ChecksumCRC32, PartNumber: index + 1 });
  }
  await refused("InvalidPart", "s3", new s3.CompleteMultipartUploadCommand({ ...large, UploadId, MultipartUpload: { Parts: [parts[0], { ...parts[1], ETag: parts[0].ETag }] } }));
  await refused("InvalidPartOrder", "s3", new s3.CompleteMultipartUploadCommand({ ...large, UploadId, MultipartUpload: { Parts: parts.toReversed() } }));
  await send("s3", new s3.CompleteMultipartUploadCommand({ ...large, UploadId, MultipartUpload: { Parts: parts } }));
  equal("GetObject across parts", (await read({ ...large, Range: `bytes=${(5 << 20) - 1}-` }))[0], "aend");
  await refused("NoSuchUpload", "s3", new s3.AbortMultipartUploadCommand({ ...large, UploadId }));

  const keys = await all(s3.paginateListObjectsV2({ client: clients.s3, pageSize: 1 }, { ...bucket }), "Contents");
  equal("ListObjectsV2 paged", keys.map((entry) => entry.Key), ["copy", "large", "once", object.Key]);
  await refused("BucketNotEmpty", "s3", new s3.DeleteBucketCommand(bucket));
  const { Versions: rest } = await send("s3", new s3.ListObjectVersionsCommand(bucket));
  await send("s3", new s3.DeleteObjectsCommand({ ...bucket, Delete: { Quiet: true, Objects: rest.map(({ Key, VersionId }) => ({ Key, VersionId })) } }));
  await send("s3", new s3.DeleteBucketCommand(bucket));
  await refused("NoSuchBucket", "s3", new s3.ListObjectsV2Command(bucket));
}

async function queues() {
  const { QueueUrl: dead } = await send("sqs", new sqs.CreateQueueCommand({ QueueName: `${name}-dead` }));
  const { Attributes: theirs } = await send("sqs", new sqs.GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ["QueueArn"] }));
  const redrive = { deadLetterTargetArn: theirs.QueueArn, maxReceiveCount: 1 };
  const { QueueUrl: queue } = await send("sqs", new sqs.CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy: JSON.stringify(redrive) } }));
  const { Attributes: attributes } = await send("sqs", new sqs.GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ["RedrivePolicy", "VisibilityTimeout"] }));
  equal("GetQueueAttributes", { ...attributes, RedrivePolicy: JSON.parse(attributes.RedrivePolicy) }, { VisibilityTimeout: "30", RedrivePolicy: redrive });
  const batch = await send("sqs", new sqs.SendMessageBatchCommand({
    QueueUrl: queue,
    Entries: [{ Id: "good", MessageBody: "läbel", MessageAttributes: { kind: { DataType: "String", StringValue: "é" } } }, { Id: "bad", MessageBody: "\u0001" }],
  }));
  equal("SendMessageBatch", [batch.Successful.map((entry) => entry.Id), batch.Failed.map((entry) => [entry.Id, entry.Code])], [["good"], [["bad", "InvalidMessageContents"]]]);
  const receive = async (url) => (await send("sqs", new sqs.ReceiveMessageCommand({ QueueUrl: url, MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] }))).Messages ?? [];
  const [message] = await receive(queue);
  equal("ReceiveMessage", [message.Body, message.MessageAttributes.kind.StringValue, message.Attributes.ApproximateReceiveCount], ["läbel", "é", "1"]);
  equal("ReceiveMessage of what is in flight", await receive(queue), []);
  await send("sqs", new sqs.ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 0 }));
  equal("ReceiveMessage after the last try", await receive(queue), []);
  const [letter] = await receive(dead);
  equal("The dead letter", [letter.MessageId, letter.Attributes.DeadLetterQueueSourceArn], [message.MessageId, theirs.QueueArn.replace("-dead", "")]);
  const removed = await send("sqs", new sqs.DeleteMessageBatchCommand({ QueueUrl: dead, Entries: [{ Id: "a", ReceiptHandle: letter.ReceiptHandle }, { Id: "b", ReceiptHandle: "nonsense" }] }));
  equal("DeleteMessageBatch", [removed.Successful.map((entry) => entry.Id), removed.Failed.map((entry) => entry.Id)], [["a"], ["b"]]);
  for (const QueueUrl of [queue, dead]) await send("sqs", new sqs.DeleteQueueCommand({ QueueUrl }));
  await refused("QueueDoesNotExist", "sqs", new sqs.SendMessageCommand({ QueueUrl: queue, MessageBody: "1" }));
}

async function keys() {
  const { KeyMetadata: key } = await send("kms", new kms.CreateKeyCommand({ Description: name }));
  check("CreateKey", key.CreationDate instanceof Date && key.Enabled, key);
  const EncryptionContext = { request: "1", datastore: "orders" };
  const { CiphertextBlob } = await send("kms", new kms.EncryptCommand({ KeyId: key.Arn, Plaintext: Buffer.from("secret"), EncryptionContext }));
  const { Plaintext: opened } = await send("kms", new kms.DecryptCommand({ CiphertextBlob, EncryptionContext }));
  equal("Decrypt", Buffer.from(opened).toString(), "secret");
  await refused("InvalidCiphertextException", "kms", new kms.DecryptCommand({ CiphertextBlob, EncryptionContext: { ...EncryptionContext, datastore: "customers" } }));
  const data = await send("kms", new kms.GenerateDataKeyCommand({ KeyId: key.KeyId, NumberOfBytes: 64, EncryptionContext }));
  equal("GenerateDataKey", data.Plaintext.length, 64);
  await send("kms", new kms.ScheduleKeyDeletionCommand({ KeyId: key.KeyId, PendingWindowInDays: 7 }));
  await refused("KMSInvalidStateException", "kms", new kms.EncryptCommand({ KeyId: key.KeyId, Plaintext: Buffer.from("x") }));
}

async function schedules() {
  const found = await all(scheduler.paginateListSchedules({ client: clients.scheduler, pageSize: 1 }, {}), "Schedules");
  check("ListSchedules", found.length > 1 && new Set(found.map((schedule) => schedule.Arn)).size === found.length, found);
  const described = await send("scheduler", new scheduler.GetScheduleCommand({ Name: found[0].Name, GroupName: found[0].GroupName }));
  equal("GetSchedule", [described.State, described.FlexibleTimeWindow], ["ENABLED", { Mode: "OFF" }]);
}

try {
  for (const part of [stepFunctionsAndEvents, functions, tables, objects, queues, keys, schedules]) await part();
  console.log("The AWS SDK for JavaScript found everything as AWS has it");
} catch (error) {
  console.error(error instanceof Mismatch ? error.message : error.call ? `${error.call}: came ${error.name}: ${error.message}` : error);
  process.exitCode = 1;
}
