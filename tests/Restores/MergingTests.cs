using CsCheck;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;
using ServerlessGdpr.Functions.Restores.Replay;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

/// <summary>One restore is announced two to four times.</summary>
public sealed class MergingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 18, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string> Texts = AsOfTests.OneOf("a", "b", "c");

    private static readonly Gen<string?> Maybe = AsOfTests.OneOf(null, "a", "b");

    private static readonly Gen<RestoredResource?> Targets = Gen.Select(Texts, Maybe, Gen.Bool, Gen.Bool, (arn, id, inPlace, known) =>
        known ? new RestoredResource(arn, id, inPlace) : null);

    private static readonly Gen<Restore> Restores = Gen.Select(Texts, Targets, Maybe, Maybe, AsOfTests.Any, Gen.Int[0, 3], Gen.Bool, (text, target, one, other, asOf, hours, test) =>
        new Restore
        {
            AnnouncedBy = (Announcers)(1 << (hours % 3)),
            Account = text,
            Region = text,
            Service = text,
            Target = target,
            SourceArn = one,
            BackupArn = other,
            JobId = one,
            AsOf = asOf,
            SourceLookUp = other is null || one is not null ? null : new(LookUpAction.DescribeBackup, other),
            StartedAt = Noon.AddHours(hours),
            AnnouncedAt = Noon.AddHours(3 - hours),
            IsRestoreTest = test,
        });

    [Fact]
    public void Neither_order_nor_grouping_nor_repetition_of_announcements_matters() => Restores.Select(Restores, Restores).Sample((a, b, c) =>
    {
        a.Merge(b).ShouldBe(b.Merge(a));
        a.Merge(b).Merge(c).ShouldBe(a.Merge(b.Merge(c)));
        a.Merge(b).Merge(b).ShouldBe(a.Merge(b));
        a.Merge(a).ShouldBe(a);
    });

    [Fact]
    public void Announcements_of_one_restore_add_up()
    {
        var backup = RestoreSamples.Restore("backup-rds-completed");
        var trail = RestoreSamples.Restore("trail-rds-instance-to-point-in-time");

        var merged = backup.Merge(trail);

        merged.AnnouncedBy.ShouldBe(Announcers.AwsBackup | Announcers.CloudTrail);
        merged.JobId.ShouldBe(backup.JobId);
        merged.Target!.ResourceId.ShouldBe("db-K3YQZR5M2DNOIV7X4TGA6LW2HE");
        merged.StartedAt.ShouldBe(backup.StartedAt);
        merged.AsOf.LookUps.ShouldBe([new LookUp(LookUpAction.DescribeRestoreJob, backup.JobId!)]);
        merged.AsOf.Answer(merged.AsOf.LookUps[0], Noon.AddDays(-1)).From.ShouldBe(Noon.AddDays(-1));
    }

    [Fact]
    public void What_was_written_until_the_last_announcement_may_be_from_the_backup()
    {
        var early = RestoreSamples.Restore("backup-s3-same-bucket");
        var merged = early.Merge(early with { AnnouncedAt = early.AnnouncedAt.AddHours(1) });

        new RestoreRecord { RestoreId = "r", Restore = merged, Datastores = [], Status = RestoreStatuses.InProgress }.ToTarget().WrittenUntil.ShouldBe(early.AnnouncedAt.AddHours(1));
    }

    [Fact]
    public void The_restored_resources_own_id_is_the_restores_identity() => Identity("trail-dynamodb-from-backup")
        .ShouldBe(new RestoreIdentity("resource#000000000000#eu-west-1#9f6c1f2e-7a55-4c0b-9a4e-2f1d3b5c7e90", IsFinal: true));

    [Fact]
    public void Without_the_resources_id_the_jobs_stands_in_until_the_resource_is_described()
    {
        var restore = RestoreSamples.Restore("backup-dynamodb-completed");

        RestoreIdentity.Of(restore).ShouldBe(new RestoreIdentity($"job#000000000000#eu-west-1#{restore.JobId}", IsFinal: false));
        RestoreIdentity.Of(restore with { Target = restore.Target! with { ResourceId = "9f6c1f2e-7a55-4c0b-9a4e-2f1d3b5c7e90" } })
            .ShouldBe(Identity("trail-dynamodb-from-backup"));
    }

    [Fact]
    public void Without_either_the_resource_and_its_start_are_the_identity() => Identity("trail-dynamodb-from-backup-without-response")
        .ShouldBe(new RestoreIdentity(
            "start#000000000000#eu-west-1#arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers-restored-1120#2026-11-20T03:20:09.000Z", IsFinal: false));

    [Theory]
    [InlineData("backup-s3-same-bucket")]
    [InlineData("backup-s3-other-bucket")]
    public void A_bucket_has_no_id_of_its_own_so_the_job_is_the_identity(string name) =>
        Identity(name).ShouldBe(new RestoreIdentity($"job#000000000000#eu-west-1#{RestoreSamples.Restore(name).JobId}", IsFinal: true));

    [Fact]
    public void A_cluster_that_was_rewound_keeps_its_id_so_the_backtrack_is_the_identity()
    {
        var restore = RestoreSamples.Restore("trail-rds-backtrack");

        RestoreIdentity.Of(restore with { Target = restore.Target! with { ResourceId = "cluster-7QW4ERT2YUI5OPA6SDF3GHJK4L" } })
            .ShouldBe(new RestoreIdentity("job#000000000000#eu-west-1#f0e1d2c3-b4a5-4697-8879-6a5b4c3d2e1f", IsFinal: true));
    }

    [Fact]
    public void A_table_restored_again_under_its_old_name_is_a_new_restore()
    {
        var first = RestoreSamples.Restore("trail-dynamodb-from-backup");
        var second = first with { Target = first.Target! with { ResourceId = "00000000-7a55-4c0b-9a4e-2f1d3b5c7e90" } };

        RestoreIdentity.Of(second).Key.ShouldNotBe(RestoreIdentity.Of(first).Key);
    }

    private static RestoreIdentity Identity(string name) => RestoreIdentity.Of(RestoreSamples.Restore(name));
}
