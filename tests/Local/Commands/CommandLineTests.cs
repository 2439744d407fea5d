using ServerlessGdpr.Local.Commands;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("send", "no-such-file.json")]
    [InlineData("send")]
    [InlineData("serve", "--port", "many")]
    [InlineData("serve", "--port", "70000")]
    [InlineData("serve", "--port", "-1")]
    [InlineData("demo", "--unknown")]
    public async Task Wrong_input_ends_with_2_before_anything_is_started(params string[] args) =>
        (await CommandLine.RunAsync(args)).ShouldBe(2);

    [Fact]
    public void A_result_is_one_line_of_JSON()
    {
        var result = new RunResult(
            Ok: true,
            [new RequestResult("id", "erasure", "completed", [new DatastoreResult("orders", "dynamodb", "erased", 3, 2, 1)])],
            [new CheckResult("other people's records are unchanged", Ok: true)]);

        result.ToLine().ShouldBe(
            """{"ok":true,"requests":[{"id":"id","type":"erasure","status":"completed","datastores":[{"name":"orders","kind":"dynamodb","outcome":"erased","found":3,"erased":2,"remaining":1}]}],"checks":[{"name":"other people's records are unchanged","ok":true}]}""");
    }

    [Fact]
    public void A_defect_of_the_local_cloud_is_told_by_its_class_and_its_place_and_not_by_its_message()
    {
        var told = Defects.Describe(Should.Throw<FormatException>(() => throw new FormatException("ada.lindqvist@example.com")));

        told.ShouldStartWith("A defect of the local cloud: System.FormatException");
        told.ShouldContain(nameof(CommandLineTests));
        told.ShouldNotContain("ada");
    }
}
