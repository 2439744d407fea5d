using ServerlessGdpr.Functions.Erasure;
using ServerlessGdpr.Functions.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Erasure;

public sealed class ErasureTaskTests
{
    [Theory]
    [InlineData(null, "customers")]
    [InlineData("arn:aws:dynamodb:eu-west-1:111122223333:table/customers-restored", "customers@eu-west-1:111122223333:table/customers-restored")]
    [InlineData("arn:aws:dynamodb:eu-central-1:111122223333:table/customers-restored", "customers@eu-central-1:111122223333:table/customers-restored")]
    [InlineData("arn:aws:rds:eu-west-1:111122223333:cluster:customers-restored", "customers@eu-west-1:111122223333:cluster:customers-restored")]
    [InlineData("arn:aws:s3:::customers-restored", "customers@customers-restored")]
    public void A_task_is_named_after_its_datastore_and_where_its_copy_lies(string? target, string name) =>
        Of(target).Name.ShouldBe(name);

    [Theory]
    [InlineData(null)]
    [InlineData("arn:aws:dynamodb:eu-west-1:111122223333:table/customers-restored")]
    public void It_comes_back_from_the_table_under_its_name(string? target)
    {
        var item = Of(target).ToItem();

        item["sk"].S.ShouldBe(RequestItems.TaskKey("r-1", Of(target).Name)["sk"].S);
        var back = ErasureTask.FromItem(item);
        (back.Name, back.Datastore, back.Target).ShouldBe((Of(target).Name, "customers", target));
    }

    private static ErasureTask Of(string? target) => new()
    {
        RequestId = "r",
        Datastore = "customers",
        Target = target,
        Kind = "dynamodb",
        Wave = 1,
        BackupRetentionDays = 35,
        State = TaskStates.Pending,
    };
}
