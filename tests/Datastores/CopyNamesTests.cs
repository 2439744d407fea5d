using ServerlessGdpr.Functions.Datastores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Datastores;

public sealed class CopyNamesTests
{
    private static readonly DatastoreEntry Orders = Entry("arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders", "shop-orders-restored*");
    private static readonly DatastoreEntry Uploads = Entry("arn:aws:s3:::shop-uploads", "shop-uploads-restored-?");

    [Theory]
    [InlineData("arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders-restored", true)]
    [InlineData("arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders-restored-2", true)]
    [InlineData("arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders", false)]
    [InlineData("arn:aws:dynamodb:eu-west-1:000000000000:table/shop-customers", false)]
    [InlineData("arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders-restored/index/by-email", false)]
    [InlineData("arn:aws:dynamodb:eu-central-1:000000000000:table/shop-orders-restored", false)]
    [InlineData("arn:aws:dynamodb:eu-west-1:111122223333:table/shop-orders-restored", false)]
    [InlineData("arn:aws:s3:::shop-orders-restored", false)]
    [InlineData("shop-orders-restored", false)]
    [InlineData("", false)]
    public void A_copy_has_the_registered_tables_ARN_with_a_name_of_the_pattern(string arn, bool copy) => Orders.MayBeCopy(arn).ShouldBe(copy);

    [Theory]
    [InlineData("arn:aws:s3:::shop-uploads-restored-1", true)]
    [InlineData("arn:aws:s3:::shop-uploads-restored-10", false)]
    [InlineData("arn:aws:s3:::shop-uploads-restored-/", false)]
    [InlineData("arn:aws:s3:::shop-uploads-restored-1/x", false)]
    [InlineData("arn:aws:s3:::shop-uploads", false)]
    public void A_copy_has_the_registered_buckets_ARN_with_a_name_of_the_pattern(string arn, bool copy) => Uploads.MayBeCopy(arn).ShouldBe(copy);

    [Fact]
    public void Without_a_pattern_nothing_is_a_copy()
    {
        var entry = Orders with { Backups = null };

        entry.MayBeCopy("arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders-restored").ShouldBeFalse();
        entry.CopyArnPattern.ShouldBeNull();
    }

    [Fact]
    public void The_pattern_of_ARNs_is_the_registered_one_with_the_pattern_of_names() =>
        (Orders.CopyArnPattern, Uploads.CopyArnPattern).ShouldBe(("arn:aws:dynamodb:eu-west-1:000000000000:table/shop-orders-restored*", "arn:aws:s3:::shop-uploads-restored-?"));

    private static DatastoreEntry Entry(string location, string pattern) => new()
    {
        Name = "shop",
        Kind = "",
        Location = location,
        BackupRetentionDays = 35,
        Processing = SampleProcessing.Processing,
        Keys = [],
        Action = new ErasureAction { Kind = ErasureAction.Delete },
        Backups = new BackupRecognition { RestoredNamePattern = pattern },
    };
}
