using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Restores;
using ServerlessGdpr.Functions.Restores.Recognition;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

public sealed class MatchingTests
{
    [Fact]
    public void An_allowed_account_is_recognised_and_an_operator_is_needed_where_no_role_reaches_it() =>
        RestoreSamples.Recognise("backup-dynamodb-foreign-account", scope: Allowed).ShouldHaveSingleItem()
            .ShouldBeOfType<NeedsOperator>().Reason.ShouldBe("account_not_reachable");

    [Fact]
    public void The_account_of_the_datastores_role_is_reached() => RestoreSamples.Recognise("backup-dynamodb-foreign-account", scope: Allowed with
    {
        DataMap = Change("customers", entry => entry with { Role = $"arn:aws:iam::{RestoreSamples.ForeignAccount}:role/erasure" }),
    }).ShouldHaveSingleItem().ShouldBeOfType<Announced>();

    [Theory]
    [InlineData("backup-dynamodb-completed", "arn:aws:dynamodb:eu-central-1:000000000000:table/shop-customers-restored-9")]
    [InlineData("backup-s3-other-bucket", "arn:aws:s3:::shop-uploads-restored-9")]
    public void What_was_restored_in_another_region_needs_an_operator(string sample, string created) =>
        RestoreSamples.Recognise(sample, root => (root["region"], root["detail"]!["createdResourceArn"]) = ("eu-central-1", created))
            .ShouldHaveSingleItem().ShouldBeOfType<NeedsOperator>().Reason.ShouldBe("region_not_reachable");

    [Fact]
    public void A_kind_that_cannot_be_replayed_is_never_dropped() =>
        RestoreSamples.Recognise("backup-rds-completed", scope: RestoreSamples.Scope with { HandledKinds = ["dynamodb", "s3"] })
            .ShouldHaveSingleItem().ShouldBeOfType<NeedsOperator>().Reason.ShouldBe("kind_not_handled");

    [Fact]
    public void A_copy_of_a_datastore_that_left_the_data_map_is_never_dropped() =>
        RestoreSamples.Recognise("backup-dynamodb-of-a-copy", scope: RestoreSamples.Scope with { Lineage = _ => ["gone"] })
            .ShouldHaveSingleItem().ShouldBeOfType<NeedsOperator>().Reason.ShouldBe("no_longer_registered");

    [Fact]
    public void Every_datastore_in_one_bucket_is_told() => RestoreSamples.Recognise("backup-s3-same-bucket", scope: RestoreSamples.Scope with
    {
        DataMap = Change("archive", entry => entry with { Location = "arn:aws:s3:::shop-uploads" }),
    }).Cast<Announced>().Select(announced => announced.Datastore).ShouldBe(["uploads", "archive"]);

    [Fact]
    public void A_table_restored_under_its_own_name_is_reached_and_new() =>
        RestoreSamples.Recognise("backup-dynamodb-completed", root => root["detail"]!["createdResourceArn"] = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers")
            .ShouldHaveSingleItem().ShouldBeOfType<Announced>().Restore.Target.ShouldBe(
                new RestoredResource("arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers", null, InPlace: false));

    [Fact]
    public void A_copy_is_told_by_its_name_where_its_source_is_not_registered() =>
        RestoreSamples.Recognise("backup-dynamodb-not-registered", root => root["detail"]!["createdResourceArn"] = "arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders-restored-9")
            .ShouldHaveSingleItem().ShouldBeOfType<Announced>().Datastore.ShouldBe("orders");

    [Fact]
    public void A_source_that_was_looked_up_decides()
    {
        var events = new RestoreEvents(RestoreSamples.Scope);
        var open = RestoreSamples.Recognise("trail-rds-instance-from-unknown-snapshot").ShouldHaveSingleItem().ShouldBeOfType<SourceToLookUp>();

        events.Attribute(open.Restore, "arn:aws:rds:eu-west-1:000000000000:db:shop-accounts").ShouldHaveSingleItem()
            .ShouldBeOfType<NeedsOperator>().ShouldSatisfyAllConditions(
                needed => needed.Reason.ShouldBe("name_not_reachable"),
                needed => needed.Datastore.ShouldBe("accounts"));
        events.Attribute(open.Restore, "arn:aws:rds:eu-west-1:000000000000:db:weather").ShouldBe([new Ignored("not_registered")]);
        events.Attribute(open.Restore, null).ShouldHaveSingleItem().ShouldBeOfType<NeedsOperator>().Reason.ShouldBe("source_unknown");
    }

    [Fact]
    public void Nothing_is_asked_where_no_database_is_registered() =>
        RestoreSamples.Recognise("trail-rds-instance-from-unknown-snapshot", scope: RestoreSamples.Scope with
        {
            DataMap = RestoreSamples.DataMap with { Datastores = [.. RestoreSamples.DataMap.Datastores.Where(entry => entry.Kind != "postgres")] },
        }).ShouldBe([new Ignored("not_registered")]);

    [Fact]
    public void A_thawed_objects_key_is_known_and_not_printed()
    {
        var thawed = RestoreSamples.Recognise("s3-object-thawed").ShouldHaveSingleItem().ShouldBeOfType<ObjectThawed>();

        thawed.Key.ShouldBe("customers/C-1042/passport.pdf");
        thawed.ToString().ShouldNotContain("C-1042");
    }

    [Theory]
    [InlineData("shop-*", "shop-customers", true)]
    [InlineData("shop-*", "shop-", true)]
    [InlineData("shop-*", "myshop-1", false)]
    [InlineData("*-restored-*", "shop-restored-restored-1", true)]
    [InlineData("*-restored", "shop-restored-1", false)]
    [InlineData("shop-?", "shop-1", true)]
    [InlineData("shop-?", "shop-12", false)]
    [InlineData("shop-?", "shop-", false)]
    [InlineData("Shop", "shop", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a-c-b", false)]
    public void A_star_is_any_text_and_a_question_mark_one_character(string pattern, string text, bool matches) => Wildcard.Matches(pattern, text).ShouldBe(matches);

    private static RestoreScope Allowed => RestoreSamples.Scope with { AllowedAccounts = [RestoreSamples.ForeignAccount] };

    private static DataMap Change(string name, Func<DatastoreEntry, DatastoreEntry> change) => RestoreSamples.DataMap with
    {
        Datastores = [.. RestoreSamples.DataMap.Datastores.Select(entry => entry.Name == name ? change(entry) : entry)],
    };
}
