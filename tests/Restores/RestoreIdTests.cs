using ServerlessGdpr.Functions.Restores;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Restores;

public sealed class RestoreIdTests
{
    [Theory]
    [InlineData("resource#000000000000#eu-west-1#9f6c1f2e-7a55-4c0b-9a4e-2f1d3b5c7e90", "9f6c1f2e-7a55-4c0b-9a4e-2f1d3b5c7e90")]
    [InlineData("job#000000000000#eu-west-1#AB12CD34-0000", "AB12CD34-0000")]
    [InlineData("start#000000000000#eu-west-1#arn:aws:dynamodb:eu-west-1:000000000000:table/shop.customers-1120#2026-11-20T03:20:09.000Z", "shop-customers-1120")]
    [InlineData("start#000000000000#eu-west-1#arn:aws:s3:::shop-exports/orders/a-key#2026-11-20T03:20:09.000Z", "shop-exports")]
    public void The_id_begins_with_what_the_identity_is_known_by(string key, string readable)
    {
        var id = RestoreId.Of(new(key, IsFinal: true));

        id.ShouldStartWith($"{readable}-");
        id.Length.ShouldBe(readable.Length + 17);
        RestoreId.IsWellFormed(id).ShouldBeTrue();
        RestoreId.Of(new(key, IsFinal: false)).ShouldBe(id);
    }

    [Fact]
    public void A_key_that_names_nothing_is_a_hash_alone()
    {
        var id = RestoreId.Of(new("start#000000000000#eu-west-1##2026-11-20T03:20:09.000Z", IsFinal: false));

        id.Length.ShouldBe(16);
        RestoreId.IsWellFormed(id).ShouldBeTrue();
    }

    [Fact]
    public void A_table_restored_again_under_its_old_name_has_another_id()
    {
        const string Start = "start#000000000000#eu-west-1#arn:aws:dynamodb:eu-west-1:000000000000:table/copy#";

        RestoreId.Of(new(Start + "2026-11-20T03:20:09.000Z", IsFinal: false)).ShouldNotBe(RestoreId.Of(new(Start + "2026-11-21T03:20:09.000Z", IsFinal: false)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    public void The_name_of_an_execution_leads_back_to_its_restore(int attempt)
    {
        var restoreId = RestoreId.Of(new("job#000000000000#eu-west-1#job-r1", IsFinal: true));

        RestoreId.OfExecution(RestoreId.ExecutionName(restoreId, attempt)).ShouldBe((restoreId, attempt));
    }

    [Fact]
    public void The_names_of_executions_fit_into_80_characters() =>
        RestoreId.ExecutionName(RestoreId.Of(new($"job#000000000000#eu-west-1#{new string('j', 200)}", IsFinal: true)), 999_999).Length.ShouldBeLessThanOrEqualTo(80);

    [Theory]
    [InlineData("")]
    [InlineData("by-hand")]
    [InlineData("a table-0123456789abcdef")]
    [InlineData("table-0123456789abcdef-r0")]
    [InlineData("table-0123456789abcdef\n")]
    public void An_execution_of_another_name_belongs_to_no_restore(string name) => RestoreId.OfExecution(name).ShouldBeNull();
}
