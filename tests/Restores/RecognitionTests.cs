using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

public sealed class RecognitionTests
{
    internal static readonly Dictionary<string, string> Expected = new()
    {
        ["backup-copy-job"] = "ignored, not_a_restore",
        ["backup-dynamodb-aborted"] = "ignored, failed",
        ["backup-dynamodb-completed"] = "customers: table/shop-customers-restored-1120 of table/shop-customers from recovery-point:6f7f by DescribeRestoreJob",
        ["backup-dynamodb-created"] = "ignored, unfinished",
        ["backup-dynamodb-failed"] = "ignored, failed",
        ["backup-dynamodb-foreign-account"] = "ignored, foreign_account",
        ["backup-dynamodb-foreign-region"] = "operator, region_not_reachable, customers: eu-central-1:000000000000:table/shop-customers-restored-1120 of table/shop-customers from eu-central-1:000000000000:recovery-point:6f7f by DescribeRestoreJob",
        ["backup-dynamodb-name-not-reachable"] = "operator, name_not_reachable, customers: table/tuesday-experiment of table/shop-customers from recovery-point:6f7f by DescribeRestoreJob",
        ["backup-dynamodb-not-registered"] = "ignored, not_registered",
        ["backup-dynamodb-of-a-copy"] = "customers: table/shop-customers-restored-1120 of table/shop-customers-restored-1001 from recovery-point:6f7f by DescribeRestoreJob",
        ["backup-dynamodb-pending"] = "ignored, unfinished",
        ["backup-dynamodb-running"] = "ignored, unfinished",
        ["backup-dynamodb-status-unknown"] = "operator, status_unknown, customers: ? of table/shop-customers from recovery-point:6f7f by DescribeRestoreJob",
        ["backup-dynamodb-without-source"] = "source by DescribeRestoreJob: table/analytics-1120 of ? from recovery-point:6f7f by DescribeRestoreJob",
        ["backup-dynamodb-without-target"] = "operator, restored_resource_unknown, orders: ? of table/shop-orders from recovery-point:6f7f by DescribeRestoreJob",
        ["backup-efs-not-registered"] = "ignored, not_registered",
        ["backup-rds-completed"] = "accounts: db:shop-accounts-restored of db:shop-accounts from snapshot:awsbackup:job-1a2b3c4d-0000-4d5e-8f90-6a7b8c9d0e1f by DescribeRestoreJob",
        ["backup-rds-continuous"] = "accounts: db:shop-accounts-restored of db:shop-accounts from recovery-point:continuous:db-k3yqzr5m2dnoiv7x4tga6lw2he-1f3d0a4b at most 11-20T03:10:01.742Z",
        ["backup-restore-test"] = "archive: awsbackup-restore-test-4f1d2c3b of shop-archive from recovery-point:shop-archive-20261118t020000-2b9d6e10 by DescribeRestoreJob (test)",
        ["backup-s3-aborted-without-target"] = "operator, restored_resource_unknown, uploads: ? of shop-uploads from recovery-point:shop-uploads-20261118t020000-5c1e7d42 by DescribeRestoreJob",
        ["backup-s3-continuous"] = "uploads: shop-uploads in place of shop-uploads from recovery-point:continuous:shop-uploads-5c1e7d42 at most 11-20T03:10:01.742Z",
        ["backup-s3-failed"] = "uploads: shop-uploads-restored-1120 of shop-uploads from recovery-point:shop-uploads-20261118t020000-5c1e7d42 by DescribeRestoreJob",
        ["backup-s3-failed-without-source"] = "source by DescribeRestoreJob: ? of ? from ? by DescribeRestoreJob",
        ["backup-s3-into-registered-bucket"] = "uploads: shop-uploads in place of old-website from recovery-point:old-website-20261118t020000-77aa12f0 by DescribeRestoreJob",
        ["backup-s3-other-bucket"] = "uploads: shop-uploads-restored-1120 of shop-uploads from recovery-point:shop-uploads-20261118t020000-5c1e7d42 by DescribeRestoreJob",
        ["backup-s3-same-bucket"] = "uploads: shop-uploads in place of shop-uploads from recovery-point:shop-uploads-20261118t020000-5c1e7d42 by DescribeRestoreJob",
        ["rds-event-0006"] = "ignored, not_a_restore",
        ["rds-event-0019"] = "accounts: db:shop-accounts-restored of db:shop-accounts from ? at most 11-20T03:20:09.293Z",
        ["rds-event-0019-old-shape"] = "accounts: db:shop-accounts-restored of db:shop-accounts from ? at most 11-20T03:20:09.293Z",
        ["rds-event-0043-instance"] = "accounts: db:shop-accounts-restored of db:shop-accounts from snapshot:rds:shop-accounts-2026-11-18-02-05 by DescribeDBSnapshots(shop-accounts-2026-11-18-02-05)",
        ["rds-event-0043-old-shape"] = "accounts: db:shop-accounts-restored of ? from snapshot:before-migration by DescribeDBSnapshots(before-migration)",
        ["rds-event-0043-snapshot"] = "operator, restored_resource_unknown, accounts: ? of ? from snapshot:shop-accounts-before-migration by DescribeDBSnapshots(shop-accounts-before-migration)",
        ["rds-event-0043-source-to-look-up"] = "source by DescribeDBSnapshots(before-migration): db:tuesday-experiment of ? from snapshot:before-migration by DescribeDBSnapshots(before-migration)",
        ["rds-event-0170"] = "sessions: cluster:shop-sessions-restored of ? from ? at most 11-20T03:20:09Z",
        ["rds-event-0170-other"] = "ignored, not_a_restore",
        ["s3-object-created"] = "ignored, not_a_restore",
        ["s3-object-thawed"] = "uploads: thawed in shop-uploads, GLACIER, version IYV3p4, until 11-27T00:00:00Z",
        ["s3-object-thawed-other"] = "ignored, not_registered",
        ["trail-dynamodb-foreign-region"] = "operator, region_not_reachable, orders: eu-central-1:000000000000:table/shop-orders-restored-1120 of table/shop-orders from ? as of 11-18T03:00:00Z Stated",
        ["trail-dynamodb-from-backup"] = "customers: table/shop-customers-restored-1120 of table/shop-customers from table/shop-customers/backup/01763427600000-6b8f7b1e by DescribeBackup(table/shop-customers/backup/01763427600000-6b8f7b1e)",
        ["trail-dynamodb-from-backup-without-response"] = "customers: table/shop-customers-restored-1120 of table/shop-customers from table/shop-customers/backup/01763427600000-6b8f7b1e by DescribeBackup(table/shop-customers/backup/01763427600000-6b8f7b1e)",
        ["trail-dynamodb-import"] = "customers: table/shop-customers-restored-import of ? from shop-exports/AWSDynamoDB/01763427600000-6b8f7b1e/data/ at most 11-20T03:20:09Z",
        ["trail-dynamodb-import-by-files"] = "customers: table/shop-customers-restored-import of ? from shop-exports/customers/AWSDynamoDB/01763427600000-6b8f7b1e/data/ at most 11-20T03:20:09Z",
        ["trail-dynamodb-import-other"] = "ignored, not_registered",
        ["trail-dynamodb-point-in-time-ahead"] = "orders: table/shop-orders-restored-1120 of table/shop-orders from ? as of unknown",
        ["trail-dynamodb-point-in-time-date"] = "orders: table/shop-orders-restored-1120 of table/shop-orders from ? as of 11-18T03:00:00Z Stated",
        ["trail-dynamodb-point-in-time-date-with-fraction"] = "orders: table/shop-orders-restored-1120 of table/shop-orders from ? as of 11-18T03:00:00.25Z Stated",
        ["trail-dynamodb-point-in-time-epoch"] = "orders: table/shop-orders-restored-1120 of table/shop-orders from ? as of 11-18T03:00:00Z Stated",
        ["trail-dynamodb-point-in-time-epoch-text"] = "orders: table/shop-orders-restored-1120 of table/shop-orders from ? as of 11-18T03:00:00Z Stated",
        ["trail-dynamodb-point-in-time-java-date"] = "orders: table/shop-orders-restored-1120 of table/shop-orders from ? as of 11-18T03:00:00Z Stated",
        ["trail-dynamodb-point-in-time-latest"] = "orders: table/shop-orders-restored-1120 of table/shop-orders from ? by DescribeTable(table/shop-orders-restored-1120)",
        ["trail-dynamodb-point-in-time-named-month"] = "orders: table/shop-orders-restored-1120 of table/shop-orders from ? by DescribeTable(table/shop-orders-restored-1120)",
        ["trail-dynamodb-point-in-time-named-month-utc"] = "orders: table/shop-orders-restored-1120 of table/shop-orders from ? as of 11-18T03:00:00Z Stated",
        ["trail-dynamodb-point-in-time-source-name"] = "orders: table/shop-orders-restored-1120 of table/shop-orders from ? as of 11-18T03:00:00Z Stated",
        ["trail-dynamodb-point-in-time-without-offset"] = "orders: table/shop-orders-restored-1120 of table/shop-orders from ? by DescribeTable(table/shop-orders-restored-1120)",
        ["trail-dynamodb-refused"] = "ignored, call_failed",
        ["trail-dynamodb-update-table"] = "ignored, not_a_restore",
        ["trail-rds-backtrack"] = "sessions: cluster:shop-sessions in place of cluster:shop-sessions from ? as of 11-18T03:00:00Z Stated",
        ["trail-rds-backtrack-earliest"] = "sessions: cluster:shop-sessions in place of cluster:shop-sessions from ? by DescribeDBClusterBacktracks(shop-sessions/f0e1d2c3-b4a5-4697-8879-6a5b4c3d2e1f)",
        ["trail-rds-cluster-clone"] = "sessions: cluster:shop-sessions-restored of cluster:shop-sessions from ? at most 11-20T03:20:09Z",
        ["trail-rds-cluster-from-files"] = "sessions: cluster:shop-sessions-restored of ? from shop-exports/mysql/ at most 11-20T03:20:09Z",
        ["trail-rds-cluster-from-snapshot"] = "sessions: cluster:shop-sessions-restored of ? from cluster-snapshot:shop-sessions-weekly by DescribeDBClusterSnapshots(shop-sessions-weekly)",
        ["trail-rds-cluster-to-point-in-time"] = "sessions: cluster:shop-sessions-restored of cluster:shop-sessions from ? as of 11-18T03:00:00Z Stated",
        ["trail-rds-foreign-account"] = "ignored, foreign_account",
        ["trail-rds-instance-from-automatic-snapshot"] = "accounts: db:shop-accounts-restored of db:shop-accounts from snapshot:rds:shop-accounts-2026-11-18-02-05 by DescribeDBSnapshots(shop-accounts-2026-11-18-02-05)",
        ["trail-rds-instance-from-snapshot"] = "accounts: db:shop-accounts-restored of ? from snapshot:shop-accounts-before-migration by DescribeDBSnapshots(shop-accounts-before-migration)",
        ["trail-rds-instance-from-snapshot-without-name"] = "operator, source_unknown, ?: db:tuesday-experiment of ? from ? at most 11-20T03:20:09Z",
        ["trail-rds-instance-from-unknown-snapshot"] = "source by DescribeDBSnapshots(awsbackup:job-1a2b3c4d-0000-4d5e-8f90-6a7b8c9d0e1f): db:tuesday-experiment of ? from snapshot:awsbackup:job-1a2b3c4d-0000-4d5e-8f90-6a7b8c9d0e1f by DescribeDBSnapshots(awsbackup:job-1a2b3c4d-0000-4d5e-8f90-6a7b8c9d0e1f)",
        ["trail-rds-instance-to-point-in-time"] = "accounts: db:shop-accounts-restored of db:shop-accounts from ? as of 11-18T03:00:00Z Stated",
        ["trail-rds-instance-to-point-in-time-named-month"] = "accounts: db:shop-accounts-restored of db:shop-accounts from ? at most 11-20T03:20:09Z",
        ["trail-rds-instance-to-point-in-time-of-deleted"] = "source by DescribeDBInstanceAutomatedBackups(db-LDV3S2XLOQ7CZ5DWTHFMYEJ2FA): db:tuesday-experiment of ? from ? at most 11-20T03:20:09Z",
        ["trail-redshift-from-snapshot"] = "operator, kind_not_handled, warehouse: redshift:eu-west-1:000000000000:cluster:shop-warehouse-restored of redshift:eu-west-1:000000000000:cluster:shop-warehouse from redshift:eu-west-1:000000000000:snapshot:shop-warehouse/nightly-1118 at most 11-20T03:20:09Z",
    };

    public static TheoryData<string, string> Cases => [.. Expected.Select(pair => (pair.Key, pair.Value))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_sample_is_recognised_for_what_it_is(string name, string expected) =>
        RestoreSamples.Recognise(name).Select(Notices.Describe).ShouldBe([expected]);

    [Fact]
    public void Every_sample_has_an_expected_recognition() => RestoreSamples.Names.ShouldBe(Expected.Keys.Order(StringComparer.Ordinal));
}
