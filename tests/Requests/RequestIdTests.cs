using ServerlessGdpr.Functions.Requests;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Requests;

public sealed class RequestIdTests
{
    private const string Uuid = "8f14e45f-ceea-4c7a-9b3d-2f6a1c5d7e90";

    [Fact]
    public void The_id_ends_with_the_beginning_of_the_hash_of_its_source() =>
        RequestId.Of("com.example.shop", Uuid.ToUpperInvariant()).ShouldBe($"{Uuid}-dbbf3d8654438d1f");

    [Fact]
    public void Two_applications_share_no_request() => RequestId.Of("com.example.shop", Uuid).ShouldNotBe(RequestId.Of("com.example.blog", Uuid));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    public void The_name_of_an_execution_leads_back_to_its_request(int attempt)
    {
        var requestId = RequestId.Of("com.example.shop", Uuid);

        RequestId.OfExecution(RequestId.ExecutionName(requestId, attempt)).ShouldBe((requestId, attempt));
    }

    [Fact]
    public void The_names_of_executions_fit_into_80_characters() =>
        RequestId.ExecutionName(RequestId.Of("com.example.shop", Uuid), 999_999).Length.ShouldBeLessThanOrEqualTo(80);

    [Theory]
    [InlineData("")]
    [InlineData("by-hand")]
    [InlineData($"{Uuid}")]
    [InlineData($"{Uuid}-dbbf3d86")]
    [InlineData($"{Uuid}-dbbf3d8654438d1f-r0")]
    [InlineData($"{Uuid}-dbbf3d8654438d1f-rx")]
    [InlineData($"{Uuid}-dbbf3d8654438d1f\n")]
    public void An_execution_of_another_name_belongs_to_no_request(string name) => RequestId.OfExecution(name).ShouldBeNull();
}
