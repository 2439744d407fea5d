"""What an operator and an upstream app do with boto3, against the endpoint in AWS_ENDPOINT_URL. Ends at the first call that did not do what AWS does."""

import io
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
import zipfile
from datetime import datetime, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

NAME = f"boto-{uuid.uuid4().hex[:8]}"
PATIENCE = 60
PERSON = {"customer_id": f"C-{NAME}", "email": f"{NAME}@example.com"}
OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({}))
# Older versions do not know AWS_ENDPOINT_URL by themselves.
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
# The signature is named because boto3 presigns with an older one that S3 takes for old buckets only.
ONCE = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}, proxies={})
ONCE_S3 = ONCE.merge(Config(signature_version="s3v4"))


def client(service):
    return boto3.client(service, endpoint_url=ENDPOINT, config=ONCE_S3 if service == "s3" else ONCE)


def check(call, wanted, came):
    if not wanted:
        sys.exit(f"{call}: came {came!r}")


def equal(call, came, wanted):
    check(call, came == wanted, {"came": came, "wanted": wanted})


def refused(call, code, action):
    try:
        came = action()
    except ClientError as error:
        equal(call, error.response["Error"]["Code"], code)
        return error
    check(f"{call} should be refused with {code}", False, came)


def until(call, look, wanted):
    end = time.monotonic() + PATIENCE
    while True:
        came = look()
        if wanted(came):
            return came
        check(f"{call} within {PATIENCE} s", time.monotonic() < end, came)
        time.sleep(0.1)


def key_values(pairs):
    return {pair["Key"]: pair["Value"] for pair in pairs}


def step_functions_and_events():
    states, events, queues = client("stepfunctions"), client("events"), client("sqs")
    machines = [machine for page in states.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 1}) for machine in page["stateMachines"]]
    access = next(machine["stateMachineArn"] for machine in machines if "AccessWorkflow" in machine["name"])
    described = states.describe_state_machine(stateMachineArn=access)
    equal("DescribeStateMachine", (described["status"], described["type"]), ("ACTIVE", "STANDARD"))
    check("DescribeStateMachine definition", "StartAt" in json.loads(described["definition"]), described["definition"])
    check("DescribeStateMachine creationDate", abs((datetime.now(timezone.utc) - described["creationDate"]).total_seconds()) < 86400, described["creationDate"])
    refused("DescribeStateMachine of none", "StateMachineDoesNotExist", lambda: states.describe_state_machine(stateMachineArn=access + "x"))
    refused("DescribeExecution of none", "ExecutionDoesNotExist", lambda: states.describe_execution(executionArn=access.replace(":stateMachine:", ":execution:") + ":none"))

    bus = next(bus["Name"] for bus in events.list_event_buses()["EventBuses"] if bus["Name"] != "default")
    queue = queues.create_queue(QueueName=f"{NAME}-statuses")["QueueUrl"]
    queue_arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    request = str(uuid.uuid4())
    pattern = {"source": ["serverless-gdpr"], "detail": {"subject_request_id": [request]}}
    events.put_rule(Name=NAME, EventBusName=bus, EventPattern=json.dumps(pattern))
    equal("PutTargets", events.put_targets(Rule=NAME, EventBusName=bus, Targets=[{"Id": "statuses", "Arn": queue_arn}])["FailedEntryCount"], 0)
    equal("DescribeRule", json.loads(events.describe_rule(Name=NAME, EventBusName=bus)["EventPattern"]), pattern)
    equal("ListTargetsByRule", [target["Arn"] for target in events.list_targets_by_rule(Rule=NAME, EventBusName=bus)["Targets"]], [queue_arn])

    detail = {
        "regulation": "gdpr",
        "subject_request_id": request,
        "subject_request_type": "access",
        "subject_identities": [{"identity_type": kind, "identity_value": value, "identity_format": "raw"} for kind, value in PERSON.items()],
        "submitted_time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "api_version": "2.0",
    }
    put = events.put_events(Entries=[
        {"Source": "com.example.shop", "DetailType": "AccessRequested", "EventBusName": bus, "Detail": json.dumps(detail)},
        {"Source": "com.example.shop", "DetailType": "AccessRequested", "EventBusName": bus, "Detail": "no JSON"},
    ])
    equal("PutEvents", (put["FailedEntryCount"], "EventId" in put["Entries"][0], put["Entries"][1].get("ErrorCode")), (1, True, "MalformedDetail"))

    def completed():
        found = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        for message in found:
            queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        details = [json.loads(message["Body"])["detail"] for message in found]
        return next((status for status in details if status["request_status"] == "completed"), details)

    status = until("The status event", completed, lambda came: isinstance(came, dict))
    check("The status event's results", status["results_url"].startswith("s3://") and status["results_count"] > 0, status)

    listed = until("ListExecutions", lambda: states.list_executions(stateMachineArn=access, statusFilter="SUCCEEDED")["executions"], len)
    execution = states.describe_execution(executionArn=listed[0]["executionArn"])
    equal("DescribeExecution's status", execution["status"], "SUCCEEDED")
    check("DescribeExecution", execution["stopDate"] >= execution["startDate"] and "output" in execution, execution)
    whole = states.get_execution_history(executionArn=execution["executionArn"], maxResults=1000)["events"]
    pages = list(states.get_paginator("get_execution_history").paginate(executionArn=execution["executionArn"], PaginationConfig={"PageSize": 7}))
    check("GetExecutionHistory's pages", len(pages) > 2 and all(len(page["events"]) <= 7 for page in pages), [len(page["events"]) for page in pages])
    equal("GetExecutionHistory paged", [event for page in pages for event in page["events"]], whole)
    equal("GetExecutionHistory's ends", (whole[0]["type"], whole[-1]["type"]), ("ExecutionStarted", "ExecutionSucceeded"))
    backwards = states.get_execution_history(executionArn=execution["executionArn"], reverseOrder=True, maxResults=3)
    equal("GetExecutionHistory reversed", backwards["events"], whole[::-1][:3])
    refused("GetExecutionHistory with a wrong token", "InvalidToken", lambda: states.get_execution_history(executionArn=execution["executionArn"], nextToken="none"))

    events.remove_targets(Rule=NAME, EventBusName=bus, Ids=["statuses"])
    events.delete_rule(Name=NAME, EventBusName=bus)
    refused("DescribeRule once deleted", "ResourceNotFoundException", lambda: events.describe_rule(Name=NAME, EventBusName=bus))
    queues.delete_queue(QueueUrl=queue)
    return status


def functions(status):
    functions = client("lambda")
    listed = {function["Handler"]: function for page in functions.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 7}) for function in page["Functions"]}
    equal("GetFunction", functions.get_function(FunctionName=listed["LinkBundle"]["FunctionName"])["Configuration"]["Handler"], "LinkBundle")
    check("ListFunctions", all(function["Runtime"] == "provided.al2023" and function["Timeout"] > 0 for function in listed.values()), listed)
    payload = {"source": "com.example.shop", "subjectRequestId": status["subject_request_id"], "requestedBy": "grace"}
    answer = functions.invoke(FunctionName=listed["LinkBundle"]["FunctionArn"], Payload=json.dumps(payload), LogType="Tail")
    text = answer["Payload"].read()
    check("Invoke", answer["StatusCode"] == 200 and "FunctionError" not in answer and answer["LogResult"], text)
    with OPEN.open(json.loads(text)["url"]) as link:
        bundle = link.read()
    check("The link to the bundle", zipfile.ZipFile(io.BytesIO(bundle)).testzip() is None, bundle[:80])
    failed = functions.invoke(FunctionName=listed["LinkBundle"]["FunctionName"], Payload="{}")
    check("Invoke that fails", failed["FunctionError"] == "Unhandled" and json.loads(failed["Payload"].read())["errorType"], failed)
    equal("Invoke for a dry run", functions.invoke(FunctionName=listed["CheckLedger"]["FunctionName"], InvocationType="DryRun")["StatusCode"], 204)
    refused("Invoke of none", "ResourceNotFoundException", lambda: functions.invoke(FunctionName="none"))
    mappings = functions.list_event_source_mappings(FunctionName=listed["ReceiveRequest"]["FunctionName"])["EventSourceMappings"]
    equal("ListEventSourceMappings", [mapping["FunctionResponseTypes"] for mapping in mappings], [["ReportBatchItemFailures"]])


def tables():
    dynamo = client("dynamodb")
    dynamo.create_table(
        TableName=NAME,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        Tags=[{"Key": "team", "Value": "privacy"}],
    )
    dynamo.get_waiter("table_exists").wait(TableName=NAME, WaiterConfig={"Delay": 1})
    arn = dynamo.describe_table(TableName=NAME)["Table"]["TableArn"]
    equal("DescribeTable by ARN", dynamo.describe_table(TableName=arn)["Table"]["TableName"], NAME)
    check("ListTables", NAME in [name for page in dynamo.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2}) for name in page["TableNames"]], NAME)
    dynamo.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "data"}, {"Key": "stage", "Value": "test"}])
    dynamo.untag_resource(ResourceArn=arn, TagKeys=["stage"])
    equal("ListTagsOfResource", key_values(dynamo.list_tags_of_resource(ResourceArn=arn)["Tags"]), {"team": "data"})

    table = boto3.resource("dynamodb", endpoint_url=ENDPOINT, config=ONCE).Table(NAME)
    with table.batch_writer() as batch:
        for number in range(60):
            batch.put_item({"id": f"{number:02}", "number": number, "tags": {"a", "b"}, "raw": b"\x00\xff"})
    scanned = [item for page in dynamo.get_paginator("scan").paginate(TableName=NAME, PaginationConfig={"PageSize": 25}) for item in page["Items"]]
    equal("Scan", len({item["id"]["S"] for item in scanned}), 60)
    refused("PutItem on a condition", "ConditionalCheckFailedException", lambda: table.put_item(Item={"id": "00"}, ConditionExpression="attribute_not_exists(id)"))
    conflict = refused("TransactWriteItems", "TransactionCanceledException", lambda: dynamo.transact_write_items(TransactItems=[
        {"Put": {"TableName": NAME, "Item": {"id": {"S": "new"}}}},
        {"ConditionCheck": {"TableName": NAME, "Key": {"id": {"S": "00"}}, "ConditionExpression": "attribute_not_exists(id)"}},
    ]))
    equal("TransactWriteItems' reasons", [reason["Code"] for reason in conflict.response["CancellationReasons"]], ["None", "ConditionalCheckFailed"])

    backup = dynamo.create_backup(TableName=NAME, BackupName=f"{NAME}-nightly")["BackupDetails"]["BackupArn"]
    table.delete_item(Key={"id": "00"})
    until("DescribeBackup", lambda: dynamo.describe_backup(BackupArn=backup)["BackupDescription"]["BackupDetails"]["BackupStatus"], "AVAILABLE".__eq__)
    equal("ListBackups", [summary["BackupArn"] for summary in dynamo.list_backups(TableName=NAME)["BackupSummaries"]], [backup])
    restored = f"{NAME}-restored"
    started = dynamo.restore_table_from_backup(TargetTableName=restored, BackupArn=backup)["TableDescription"]
    equal("RestoreTableFromBackup", (started["TableStatus"], started["RestoreSummary"]["SourceBackupArn"]), ("CREATING", backup))
    refused("RestoreTableFromBackup again", "TableAlreadyExistsException", lambda: dynamo.restore_table_from_backup(TargetTableName=restored, BackupArn=backup))
    dynamo.get_waiter("table_exists").wait(TableName=restored, WaiterConfig={"Delay": 1})
    equal("GetItem from the restored table", dynamo.get_item(TableName=restored, Key={"id": {"S": "00"}}, ConsistentRead=True)["Item"]["raw"], {"B": b"\x00\xff"})
    equal("GetItem once deleted", dynamo.get_item(TableName=NAME, Key={"id": {"S": "00"}}, ConsistentRead=True).get("Item"), None)
    refused("DescribeTable of none", "ResourceNotFoundException", lambda: dynamo.describe_table(TableName=f"{NAME}-none"))
    dynamo.update_continuous_backups(TableName=NAME, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    recovery = dynamo.describe_continuous_backups(TableName=NAME)["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    equal("DescribeContinuousBackups", recovery["PointInTimeRecoveryStatus"], "ENABLED")
    dynamo.delete_backup(BackupArn=backup)
    for name in (NAME, restored):
        dynamo.delete_table(TableName=name)
        dynamo.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


def objects():
    s3 = client("s3")
    s3.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    equal("GetBucketLocation", s3.get_bucket_location(Bucket=NAME)["LocationConstraint"], "eu-west-1")
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    key = "people/é +1&<>/läbel.txt"
    versions = [s3.put_object(Bucket=NAME, Key=key, Body=f"version {number}".encode(), Metadata={"created": str(number)})["VersionId"] for number in range(5)]
    marker = s3.delete_object(Bucket=NAME, Key=key)
    equal("DeleteObject", marker["DeleteMarker"], True)
    gone = refused("GetObject once deleted", "NoSuchKey", lambda: s3.get_object(Bucket=NAME, Key=key))
    equal("GetObject's marker", gone.response["ResponseMetadata"]["HTTPHeaders"].get("x-amz-delete-marker"), "true")
    pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=NAME, Prefix="people/", PaginationConfig={"PageSize": 2}))
    equal("ListObjectVersions' pages", len(pages), 3)
    listed = [version for page in pages for version in page.get("Versions", [])]
    equal("ListObjectVersions", ([version["VersionId"] for version in listed], {version["Key"] for version in listed}), (versions[::-1], {key}))
    equal("ListObjectVersions' markers", [(found["VersionId"], found["IsLatest"]) for page in pages for found in page.get("DeleteMarkers", [])], [(marker["VersionId"], True)])
    equal("GetObject of a version", s3.get_object(Bucket=NAME, Key=key, VersionId=versions[1])["Body"].read(), b"version 1")
    deleted = s3.delete_objects(Bucket=NAME, Delete={"Objects": [{"Key": key, "VersionId": versions[0]}, {"Key": key, "VersionId": marker["VersionId"]}]})
    equal("DeleteObjects", (len(deleted["Deleted"]), "Errors" in deleted), (2, False))
    current = s3.head_object(Bucket=NAME, Key=key)
    equal("HeadObject", (current["VersionId"], current["ContentLength"], current["Metadata"]), (versions[4], 9, {"created": "4"}))

    ranged = s3.get_object(Bucket=NAME, Key=key, Range="bytes=-1")
    equal("GetObject of a range", (ranged["Body"].read(), ranged["ContentRange"], ranged["ResponseMetadata"]["HTTPStatusCode"]), (b"4", "bytes 8-8/9", 206))
    refused("GetObject past the end", "InvalidRange", lambda: s3.get_object(Bucket=NAME, Key=key, Range="bytes=9-"))
    refused("GetObject if changed", "304", lambda: s3.get_object(Bucket=NAME, Key=key, IfNoneMatch=current["ETag"]))
    # Versions before 1.35 know no conditional writes.
    once = {"IfNoneMatch": "*"} if "IfNoneMatch" in s3.meta.service_model.operation_model("PutObject").input_shape.members else {}
    s3.put_object(Bucket=NAME, Key="once", Body=b"1", **once)
    if once:
        refused("PutObject once more", "PreconditionFailed", lambda: s3.put_object(Bucket=NAME, Key="once", Body=b"2", **once))
    s3.put_object_tagging(Bucket=NAME, Key=key, Tagging={"TagSet": [{"Key": "kind", "Value": "ä = b&c"}]})
    equal("GetObjectTagging", key_values(s3.get_object_tagging(Bucket=NAME, Key=key)["TagSet"]), {"kind": "ä = b&c"})
    s3.copy_object(Bucket=NAME, Key="copy", CopySource={"Bucket": NAME, "Key": key, "VersionId": versions[2]}, MetadataDirective="REPLACE", Metadata={"copied": "yes"})
    copied = s3.get_object(Bucket=NAME, Key="copy")
    equal("CopyObject", (copied["Body"].read(), copied["Metadata"]), (b"version 2", {"copied": "yes"}))

    url = s3.generate_presigned_url("get_object", Params={"Bucket": NAME, "Key": key, "ResponseContentDisposition": "attachment"}, ExpiresIn=60)
    with OPEN.open(url) as answer:
        equal("A presigned GET", (answer.read(), answer.headers["Content-Disposition"]), (b"version 4", "attachment"))
    expired = s3.generate_presigned_url("get_object", Params={"Bucket": NAME, "Key": key}, ExpiresIn=60).replace("X-Amz-Date=20", "X-Amz-Date=19")
    try:
        check("A presigned GET that expired", False, OPEN.open(expired).read())
    except urllib.error.HTTPError as error:
        check("A presigned GET that expired", error.code in (400, 403), error.code)

    upload = s3.create_multipart_upload(Bucket=NAME, Key="large", ContentType="text/plain")["UploadId"]
    bodies = [b"a" * (5 << 20), b"b" * 10]
    parts = [{"PartNumber": number, "ETag": s3.upload_part(Bucket=NAME, Key="large", UploadId=upload, PartNumber=number, Body=body)["ETag"]} for number, body in enumerate(bodies, 1)]
    equal("ListParts", [part["Size"] for part in s3.list_parts(Bucket=NAME, Key="large", UploadId=upload)["Parts"]], [5 << 20, 10])
    equal("ListMultipartUploads", [pending["UploadId"] for pending in s3.list_multipart_uploads(Bucket=NAME)["Uploads"]], [upload])
    done = s3.complete_multipart_upload(Bucket=NAME, Key="large", UploadId=upload, MultipartUpload={"Parts": parts})
    check("CompleteMultipartUpload", done["ETag"].endswith('-2"'), done)
    equal("GetObject across parts", s3.get_object(Bucket=NAME, Key="large", Range=f"bytes={(5 << 20) - 2}-{(5 << 20) + 1}")["Body"].read(), b"aabb")
    s3.upload_fileobj(io.BytesIO(b"c" * (9 << 20)), NAME, "managed")
    equal("The managed upload", s3.head_object(Bucket=NAME, Key="managed")["ContentLength"], 9 << 20)
    s3.abort_multipart_upload(Bucket=NAME, Key="dropped", UploadId=s3.create_multipart_upload(Bucket=NAME, Key="dropped")["UploadId"])
    grouped = s3.list_objects_v2(Bucket=NAME, Delimiter="/")
    equal("ListObjectsV2 by folder", ([entry["Prefix"] for entry in grouped["CommonPrefixes"]], grouped["KeyCount"]), (["people/"], 5))
    refused("DeleteBucket while it holds something", "BucketNotEmpty", lambda: s3.delete_bucket(Bucket=NAME))
    boto3.resource("s3", endpoint_url=ENDPOINT, config=ONCE_S3).Bucket(NAME).object_versions.delete()
    s3.delete_bucket(Bucket=NAME)
    refused("ListObjectsV2 once deleted", "NoSuchBucket", lambda: s3.list_objects_v2(Bucket=NAME))
    refused("HeadBucket once deleted", "404", lambda: s3.head_bucket(Bucket=NAME))


def queues():
    sqs = client("sqs")
    dead = sqs.create_queue(QueueName=f"{NAME}-dead")["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = sqs.create_queue(QueueName=NAME, Attributes={"VisibilityTimeout": "30", "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})})["QueueUrl"]
    equal("GetQueueUrl", sqs.get_queue_url(QueueName=NAME)["QueueUrl"], queue)
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    equal("GetQueueAttributes", (attributes["VisibilityTimeout"], json.loads(attributes["RedrivePolicy"])), ("30", {"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2}))
    sent = sqs.send_message(QueueUrl=queue, MessageBody="läbel", MessageAttributes={"kind": {"DataType": "String", "StringValue": "é"}, "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}})

    def receive(url, **more):
        return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"], **more).get("Messages", [])

    [first] = receive(queue, WaitTimeSeconds=5)
    equal("ReceiveMessage", (first["Body"], first["MessageId"], first["Attributes"]["ApproximateReceiveCount"], first["MessageAttributes"]["raw"]["BinaryValue"]), ("läbel", sent["MessageId"], "1", b"\x00\xff"))
    equal("ReceiveMessage of what is in flight", receive(queue), [])
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0)
    [second] = receive(queue)
    equal("ReceiveMessage again", second["Attributes"]["ApproximateReceiveCount"], "2")
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=0)
    equal("ReceiveMessage after the last try", receive(queue), [])
    [letter] = receive(dead)
    equal("The dead letter", (letter["MessageId"], letter["Body"]), (sent["MessageId"], "läbel"))
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=letter["ReceiptHandle"])

    batch = sqs.send_message_batch(QueueUrl=queue, Entries=[
        {"Id": "good", "MessageBody": "1"},
        {"Id": "bad", "MessageBody": "\x00"},
    ])
    equal("SendMessageBatch", ([entry["Id"] for entry in batch["Successful"]], [(entry["Id"], entry["SenderFault"]) for entry in batch["Failed"]]), (["good"], [("bad", True)]))
    [good] = receive(queue)
    removed = sqs.delete_message_batch(QueueUrl=queue, Entries=[{"Id": "one", "ReceiptHandle": good["ReceiptHandle"]}, {"Id": "none", "ReceiptHandle": "nonsense"}])
    equal("DeleteMessageBatch", ([entry["Id"] for entry in removed["Successful"]], [(entry["Id"], entry["Code"]) for entry in removed["Failed"]]), (["one"], [("none", "ReceiptHandleIsInvalid")]))
    refused("SendMessageBatch of twins", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", lambda: sqs.send_message_batch(QueueUrl=queue, Entries=[{"Id": "a", "MessageBody": "1"}] * 2))
    check("ListQueues", {queue, dead} <= set(sqs.list_queues(QueueNamePrefix=NAME)["QueueUrls"]), sqs.list_queues())
    for url in (queue, dead):
        sqs.delete_queue(QueueUrl=url)
    refused("GetQueueUrl once deleted", "AWS.SimpleQueueService.NonExistentQueue", lambda: sqs.get_queue_url(QueueName=NAME))


def keys():
    kms = client("kms")
    key = kms.create_key(Description=NAME)["KeyMetadata"]
    kms.create_alias(AliasName=f"alias/{NAME}", TargetKeyId=key["KeyId"])
    sealed = kms.encrypt(KeyId=f"alias/{NAME}", Plaintext=b"secret", EncryptionContext={"request": "1", "datastore": "orders"})
    opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"datastore": "orders", "request": "1"})
    equal("Decrypt", (opened["Plaintext"], opened["KeyId"]), (b"secret", key["Arn"]))
    for context in ({}, {"request": "1"}, {"request": "1", "datastore": "customers"}):
        refused("Decrypt in another context", "InvalidCiphertextException", lambda: kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=context))
    refused("Decrypt of nonsense", "InvalidCiphertextException", lambda: kms.decrypt(CiphertextBlob=b"nonsense", KeyId=key["KeyId"]))
    data = kms.generate_data_key(KeyId=key["Arn"], KeySpec="AES_256")
    equal("GenerateDataKey", (len(data["Plaintext"]), kms.decrypt(CiphertextBlob=data["CiphertextBlob"])["Plaintext"]), (32, data["Plaintext"]))
    refused("Encrypt of too much", "ValidationException", lambda: kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x" * 4097))
    check("ListAliases", f"alias/{NAME}" in [alias["AliasName"] for page in kms.get_paginator("list_aliases").paginate() for alias in page["Aliases"]], NAME)
    kms.disable_key(KeyId=key["KeyId"])
    refused("Encrypt with a disabled key", "DisabledException", lambda: kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x"))
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    equal("DescribeKey", kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"], "PendingDeletion")
    refused("DescribeKey of none", "NotFoundException", lambda: kms.describe_key(KeyId="alias/none"))


def schedules():
    scheduler = client("scheduler")
    names = [found["Name"] for page in scheduler.get_paginator("list_schedules").paginate(PaginationConfig={"PageSize": 1}) for found in page["Schedules"]]
    check("ListSchedules", len(names) == len(set(names)) > 1, names)
    described = scheduler.get_schedule(Name=names[0])
    check("GetSchedule", described["ScheduleExpression"] and described["State"] == "ENABLED", described)
    refused("GetSchedule of none", "ResourceNotFoundException", lambda: scheduler.get_schedule(Name="none"))


def seed():
    client("dynamodb").put_item(TableName="shop-customers", Item={"customer_id": {"S": PERSON["customer_id"]}, "email": {"S": PERSON["email"]}, "name": {"S": "A name"}})
    client("s3").put_object(Bucket="shop-uploads", Key=f"customers/{PERSON['customer_id']}/id.txt", Body=b"an id")


seed()
functions(step_functions_and_events())
tables()
objects()
queues()
keys()
schedules()
print("boto3", boto3.__version__, "found everything as AWS has it")
