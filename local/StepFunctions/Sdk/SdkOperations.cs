using static ServerlessGdpr.Local.StepFunctions.Sdk.SdkOperation;

namespace ServerlessGdpr.Local.StepFunctions.Sdk;

/// <summary>The AWS SDK integrations there are: <c>arn:aws:states:::aws-sdk:service:action</c>.</summary>
internal static class SdkOperations
{
    private const string Condition = "ConditionExpression ConditionalOperator Expected ExpressionAttributeNames ExpressionAttributeValues ReturnConsumedCapacity "
        + "ReturnItemCollectionMetrics ReturnValues ReturnValuesOnConditionCheckFailure";

    private const string Reading = "IndexName AttributesToGet Select Limit ConsistentRead ConditionalOperator ExclusiveStartKey ReturnConsumedCapacity ProjectionExpression "
        + "FilterExpression ExpressionAttributeNames ExpressionAttributeValues";

    private const string Paging = "Filters MaxRecords Marker";

    public static IReadOnlyList<SdkOperation> All { get; } =
    [
        Row(SdkServices.DynamoDb, "describeTable", "TableName!"),
        Row(SdkServices.DynamoDb, "listTables", "ExclusiveStartTableName Limit"),
        Row(SdkServices.DynamoDb, "describeBackup", "BackupArn!"),
        Row(SdkServices.DynamoDb, "listBackups", "TableName Limit TimeRangeLowerBound TimeRangeUpperBound ExclusiveStartBackupArn BackupType"),
        Row(SdkServices.DynamoDb, "describeContinuousBackups", "TableName!"),
        Row(SdkServices.DynamoDb, "getResourcePolicy", "ResourceArn!"),
        Row(SdkServices.DynamoDb, "putResourcePolicy", "ResourceArn! Policy! ExpectedRevisionId ConfirmRemoveSelfResourceAccess"),
        Row(SdkServices.DynamoDb, "deleteResourcePolicy", "ResourceArn! ExpectedRevisionId"),
        Row(SdkServices.DynamoDb, "tagResource", "ResourceArn! Tags!"),
        Row(SdkServices.DynamoDb, "untagResource", "ResourceArn! TagKeys!"),
        Row(SdkServices.DynamoDb, "listTagsOfResource", "ResourceArn! NextToken"),
        Row(SdkServices.DynamoDb, "getItem", "TableName! Key! AttributesToGet ConsistentRead ReturnConsumedCapacity ProjectionExpression ExpressionAttributeNames"),
        Row(SdkServices.DynamoDb, "putItem", "TableName! Item! " + Condition),
        Row(SdkServices.DynamoDb, "updateItem", "TableName! Key! AttributeUpdates UpdateExpression " + Condition),
        Row(SdkServices.DynamoDb, "deleteItem", "TableName! Key! " + Condition),
        Row(SdkServices.DynamoDb, "query", "TableName! KeyConditions QueryFilter ScanIndexForward KeyConditionExpression " + Reading),
        Row(SdkServices.DynamoDb, "scan", "TableName! ScanFilter TotalSegments Segment " + Reading),
        Row(SdkServices.Backup, "describeRestoreJob", "RestoreJobId!", "GET /restore-jobs/{RestoreJobId}"),
        Row(
            SdkServices.Backup,
            "listRestoreJobs",
            "NextToken?nextToken MaxResults?maxResults ByAccountId?accountId ByResourceType?resourceType ByCreatedBefore?createdBefore ByCreatedAfter?createdAfter "
                + "ByStatus?status ByCompleteBefore?completeBefore ByCompleteAfter?completeAfter ByRestoreTestingPlanArn?restoreTestingPlanArn ByParentJobId?parentJobId",
            "GET /restore-jobs/"),
        Row(SdkServices.Backup, "describeRecoveryPoint", "BackupVaultName! RecoveryPointArn! BackupVaultAccountId?backupVaultAccountId", "GET /backup-vaults/{BackupVaultName}/recovery-points/{RecoveryPointArn}"),
        Row(SdkServices.Backup, "listTags", "ResourceArn! NextToken?nextToken MaxResults?maxResults", "GET /tags/{ResourceArn}/"),
        Row(SdkServices.Backup, "tagResource", "ResourceArn! Tags!", "POST /tags/{ResourceArn}"),
        Row(SdkServices.Backup, "untagResource", "ResourceArn! TagKeyList!", "POST /untag/{ResourceArn}"),
        Row(SdkServices.Rds, "describeDBInstances", "DBInstanceIdentifier " + Paging),
        Row(SdkServices.Rds, "describeDBSnapshots", "DBInstanceIdentifier DBSnapshotIdentifier SnapshotType IncludeShared IncludePublic DbiResourceId " + Paging),
        Row(SdkServices.Rds, "describeDBClusters", "DBClusterIdentifier IncludeShared " + Paging),
        Row(SdkServices.Rds, "describeDBClusterSnapshots", "DBClusterIdentifier DBClusterSnapshotIdentifier SnapshotType IncludeShared IncludePublic DbClusterResourceId " + Paging),
        Row(SdkServices.Rds, "addTagsToResource", "ResourceName! Tags!"),
        Row(SdkServices.Rds, "listTagsForResource", "ResourceName! Filters"),
        Row(SdkServices.S3, "putObjectTagging", "Bucket! Key! VersionId?versionId Tagging!", "PUT /{Bucket}/{Key*}?tagging"),
        Row(SdkServices.S3, "getObjectTagging", "Bucket! Key! VersionId?versionId", "GET /{Bucket}/{Key*}?tagging"),
        Row(SdkServices.S3, "putBucketTagging", "Bucket! Tagging!", "PUT /{Bucket}?tagging"),
        Row(SdkServices.S3, "getBucketTagging", "Bucket!", "GET /{Bucket}?tagging"),
        Row(
            SdkServices.S3,
            "listObjectVersions",
            "Bucket! Prefix?prefix Delimiter?delimiter KeyMarker?key-marker VersionIdMarker?version-id-marker MaxKeys?max-keys",
            "GET /{Bucket}?versions"),
        Row(SdkServices.S3, "listObjectsV2", "Bucket! Prefix?prefix Delimiter?delimiter MaxKeys?max-keys ContinuationToken?continuation-token StartAfter?start-after", "GET /{Bucket}?list-type=2"),
        Row(SdkServices.Sns, "publish", "TopicArn! Message! Subject"),
        Row(SdkServices.Sqs, "sendMessage", "QueueUrl! MessageBody! DelaySeconds MessageAttributes MessageSystemAttributes MessageDeduplicationId MessageGroupId"),
        Row(SdkServices.Sqs, "getQueueAttributes", "QueueUrl! AttributeNames"),
        Row(SdkServices.EventBridge, "putEvents", "Entries! EndpointId"),
        Row(SdkServices.Sfn, "startExecution", "stateMachineArn! name input traceHeader"),
        Row(SdkServices.Sfn, "stopExecution", "executionArn! error cause"),
        Row(SdkServices.Sfn, "describeExecution", "executionArn! includedData"),
        Row(SdkServices.Sfn, "listExecutions", "stateMachineArn mapRunArn statusFilter maxResults nextToken"),
        Row(SdkServices.Sfn, "sendTaskSuccess", "taskToken! output!"),
        Row(SdkServices.Sfn, "sendTaskFailure", "taskToken! error cause"),
        Row(SdkServices.Sfn, "sendTaskHeartbeat", "taskToken!"),
    ];
}
