using static ServerlessGdpr.Local.StepFunctions.Sdk.SdkService;

namespace ServerlessGdpr.Local.StepFunctions.Sdk;

/// <summary>The services of the AWS SDK integrations, with what their API models say of the members used here.</summary>
internal static class SdkServices
{
    public static SdkService DynamoDb { get; } = new()
    {
        Name = "dynamodb",
        SigningName = "dynamodb",
        Protocol = SdkProtocol.Json,
        ErrorPrefix = "DynamoDb",
        Target = "DynamoDB_20120810",
        Errors = Names("BackupInUseException BackupNotFoundException ConditionalCheckFailedException ContinuousBackupsUnavailableException InternalServerError "
            + "ItemCollectionSizeLimitExceededException LimitExceededException PolicyNotFoundException ProvisionedThroughputExceededException ReplicatedWriteConflictException "
            + "RequestLimitExceeded ResourceInUseException ResourceNotFoundException TableInUseException TableNotFoundException ThrottlingException TransactionConflictException"),
        Maps = Names("Attributes AttributeUpdates ExclusiveStartKey Expected ExpressionAttributeNames ExpressionAttributeValues Item ItemCollectionKey Items Key KeyConditions "
            + "LastEvaluatedKey M QueryFilter ScanFilter"),
        Instants = Names("ArchivalDateTime BackupCreationDateTime BackupExpiryDateTime CreationDateTime EarliestRestorableDateTime InaccessibleEncryptionDateTime LastDecreaseDateTime "
            + "LastIncreaseDateTime LastUpdateDateTime LastUpdateToPayPerRequestDateTime LatestRestorableDateTime ReplicaInaccessibleDateTime RestoreDateTime TableCreationDateTime"),
    };

    public static SdkService Backup { get; } = new()
    {
        Name = "backup",
        SigningName = "backup",
        Protocol = SdkProtocol.RestJson,
        ErrorPrefix = "Backup",
        JsonVersion = "1.1",
        Errors = Names("DependencyFailureException InvalidParameterValueException InvalidRequestException LimitExceededException MissingParameterValueException ResourceNotFoundException ServiceUnavailableException"),
        Maps = Names("Tags"),
        Instants = Names("CompletionDate CreationDate DeleteAt InitiationDate LastRestoreTime LastScanTimestamp MoveToColdStorageAt RecoveryPointCreationDate"),
    };

    public static SdkService Rds { get; } = new()
    {
        Name = "rds",
        SigningName = "rds",
        Protocol = SdkProtocol.Query,
        ErrorPrefix = "Rds",
        Target = "2014-10-31",
        Errors = Names("DBClusterNotFoundFault DBClusterSnapshotNotFoundFault DBInstanceNotFound DBProxyNotFoundFault DBSnapshotNotFound InvalidDBClusterStateFault InvalidDBInstanceState"),
        Instants = Names("AutomaticRestartTime ClusterCreateTime EarliestBacktrackTime EarliestRestorableTime InstanceCreateTime LatestRestorableTime OriginalSnapshotCreateTime "
            + "ResumeFullAutomationModeTime SnapshotCreateTime SnapshotDatabaseTime ValidTill"),
        Lists = Names("AdditionalStorageVolumes AssociatedRoles AvailabilityZones CustomEndpoints DBClusterMembers DBClusterOptionGroupMemberships DBClusterSnapshots DBClusters "
            + "DBInstanceAutomatedBackupsReplications DBInstances DBParameterGroups DBSecurityGroups DBSnapshots DnsIps DomainMemberships EnabledCloudwatchLogsExports LogTypesToDisable "
            + "LogTypesToEnable OptionGroupMemberships ProcessorFeatures ReadReplicaDBClusterIdentifiers ReadReplicaDBInstanceIdentifiers ReadReplicaIdentifiers StatusInfos Subnets "
            + "SupportedNetworkTypes TagList VpcSecurityGroups"),
        Plain = Names("AllocatedStorage AutoMinorVersionUpgrade AutoPause BacktrackConsumedChangeRecords BacktrackWindow BackupRetentionPeriod Capacity CopyTagsToSnapshot CrossAccountClone "
            + "CustomerOwnedIpEnabled DbInstancePort DedicatedLogVolume DeletionProtection Encrypted GlobalWriteForwardingRequested HttpEndpointEnabled IAMDatabaseAuthenticationEnabled "
            + "IOPS Iops IsClusterWriter IsStorageConfigUpgradeAvailable MaxAllocatedStorage MaxCapacity MinCapacity MonitoringInterval MultiAZ MultiTenant Normal PerformanceInsightsEnabled "
            + "PerformanceInsightsRetentionPeriod Port PromotionTier PubliclyAccessible SecondsBeforeTimeout SecondsUntilAutoPause StorageEncrypted StorageThroughput"),
        Items = new Dictionary<string, string>(StringComparer.Ordinal) { ["Filters"] = "Filter", ["Values"] = "Value", ["Tags"] = "Tag" },
    };

    public static SdkService S3 { get; } = new()
    {
        Name = "s3",
        SigningName = "s3",
        Protocol = SdkProtocol.RestXml,
        ErrorPrefix = "S3",
        Errors = Names("BucketAlreadyExists BucketAlreadyOwnedByYou InvalidObjectState NoSuchBucket NoSuchKey NoSuchUpload"),
        Instants = Names("LastModified RestoreExpiryDate"),
        Lists = Names("TagSet"),
        Flat = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Version"] = "Versions",
            ["DeleteMarker"] = "DeleteMarkers",
            ["Contents"] = "Contents",
            ["CommonPrefixes"] = "CommonPrefixes",
        },
        Plain = Names("IsLatest IsRestoreInProgress IsTruncated KeyCount MaxKeys Size"),
        Items = new Dictionary<string, string>(StringComparer.Ordinal) { ["TagSet"] = "Tag" },
    };

    public static SdkService Sns { get; } = new()
    {
        Name = "sns",
        SigningName = "sns",
        Protocol = SdkProtocol.Query,
        ErrorPrefix = "Sns",
        Target = "2010-03-31",
        Errors = Names("AuthorizationError EndpointDisabled InternalError InvalidParameter NotFound"),
    };

    public static SdkService Sqs { get; } = new()
    {
        Name = "sqs",
        SigningName = "sqs",
        Protocol = SdkProtocol.Json,
        ErrorPrefix = "Sqs",
        Target = "AmazonSQS",
        Errors = Names("InvalidAttributeName InvalidMessageContents QueueDoesNotExist RequestThrottled UnsupportedOperation"),
        Maps = Names("Attributes MessageAttributes MessageSystemAttributes"),
    };

    public static SdkService EventBridge { get; } = new()
    {
        Name = "eventbridge",
        SigningName = "events",
        Protocol = SdkProtocol.Json,
        ErrorPrefix = "EventBridge",
        Target = "AWSEvents",
        JsonVersion = "1.1",
        Errors = Names("InternalException ResourceNotFoundException"),
    };

    public static SdkService Sfn { get; } = new()
    {
        Name = "sfn",
        SigningName = "states",
        Protocol = SdkProtocol.Json,
        ErrorPrefix = "Sfn",
        Target = "AWSStepFunctions",
        Errors = Names("ExecutionAlreadyExists ExecutionDoesNotExist ExecutionLimitExceeded InvalidArn InvalidExecutionInput InvalidName InvalidOutput InvalidToken ResourceNotFound "
            + "StateMachineDoesNotExist TaskDoesNotExist TaskTimedOut ValidationException"),
        Instants = Names("startDate stopDate redriveDate"),
    };
}
