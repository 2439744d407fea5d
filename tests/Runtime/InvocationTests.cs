using Amazon.Runtime;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Functions.Vault;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

public sealed class InvocationTests
{
    private const string Secret = "ada@example.org";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_posted_with_every_field_and_one_invocation_follows_the_other()
    {
        await using var function = await HostedFunction.StartAsync(
            (request, _, _) => Task.FromResult(HostedFunction.Answer with { Evidence = new Dictionary<string, string> { ["id"] = request.RequestId! } }), Cancellation);

        var first = await function.InvokeAsync(HostedFunction.Request("r-1"), Cancellation);
        var second = await function.InvokeAsync(HostedFunction.Request("r-2"), Cancellation);

        first.Path.ShouldBe("invocation/invocation-1/response");
        first.Body.ShouldBe(
            """{"outcome":"erased","found":2,"erased":2,"remaining":0,"continuation":null,"exempt":0,"exemptUntil":null,"newer":0,"unproven":0,"parts":0,"files":0,"redacted":0,"confirmAfterSeconds":0,"needs":[],"evidence":{"id":"r-1"}}""");
        second.Json.GetProperty("evidence").GetProperty("id").GetString().ShouldBe("r-2");
    }

    [Fact]
    public async Task A_handler_sees_the_invocation_s_id_trace_and_deadline()
    {
        Invocation? seen = null;
        await using var function = await HostedFunction.StartAsync(
            (_, invocation, _) =>
            {
                seen = invocation;
                return Task.FromResult(HostedFunction.Answer);
            },
            Cancellation);

        await function.InvokeAsync(HostedFunction.Request(), Cancellation);

        seen.ShouldBe(new Invocation(
            "invocation-1", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1", HostedFunction.Start.AddSeconds(60)));
    }

    [Fact]
    public async Task A_failure_is_reported_by_its_class_and_an_event_id_and_nothing_of_its_message()
    {
        await using var function = await HostedFunction.StartAsync((_, _, _) => throw new InvalidOperationException(Secret), Cancellation);

        var report = await function.InvokeAsync(HostedFunction.Request(), Cancellation);

        report.Path.ShouldBe("invocation/invocation-1/error");
        report.ErrorType.ShouldBe("InvalidOperationException");
        report.Body.ShouldBe("""{"errorType":"InvalidOperationException","errorMessage":"event invocation-1","stackTrace":[]}""");
        function.Output.ShouldNotContain(Secret);
        function.Output.ShouldContain("invocation-1");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("not JSON ada@example.org")]
    [InlineData("{}")]
    [InlineData("""{"operation":"erase","datastore":null,"requestId":"r","subjects":[]}""")]
    [InlineData("""{"operation":"erase","datastore":"d","requestId":17,"subjects":[]}""")]
    public async Task An_input_the_handler_does_not_take_is_InvalidInput(string payload)
    {
        await using var function = await HostedFunction.StartAsync((_, _, _) => Task.FromResult(HostedFunction.Answer), Cancellation);

        var report = await function.InvokeAsync(payload, Cancellation);

        report.ErrorType.ShouldBe(nameof(InvalidInput));
        function.Output.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task A_JSON_error_inside_the_handler_is_not_blamed_on_the_input()
    {
        await using var function = await HostedFunction.StartAsync((_, _, _) => throw new System.Text.Json.JsonException(), Cancellation);

        (await function.InvokeAsync(HostedFunction.Request(), Cancellation)).ErrorType.ShouldBe("JsonException");
    }

    [Fact]
    public async Task An_answer_over_6_MB_is_never_sent_and_reported_as_AnswerTooLarge()
    {
        await using var function = await HostedFunction.StartAsync(
            (_, _, _) => Task.FromResult(HostedFunction.Answer with { Continuation = new string('x', InvocationLoop.AnswerLimit) }), Cancellation);

        var report = await function.InvokeAsync(HostedFunction.Request(), Cancellation);

        report.Path.ShouldBe("invocation/invocation-1/error");
        report.ErrorType.ShouldBe(nameof(AnswerTooLarge));
    }

    [Fact]
    public async Task An_answer_that_Lambda_finds_too_large_is_reported_as_AnswerTooLarge()
    {
        await using var function = await HostedFunction.StartAsync((_, _, _) => Task.FromResult(HostedFunction.Answer), Cancellation);
        function.Api.ResponseStatus = 413;

        (await function.InvokeAsync(HostedFunction.Request(), Cancellation)).Path.ShouldEndWith("/response");
        (await function.Api.ReportAsync(Cancellation)).ErrorType.ShouldBe(nameof(AnswerTooLarge));
    }

    [Fact]
    public async Task An_answer_that_came_too_late_for_Lambda_does_not_end_the_function()
    {
        await using var function = await HostedFunction.StartAsync((_, _, _) => Task.FromResult(HostedFunction.Answer), Cancellation);
        function.Api.ResponseStatus = 403;
        await function.InvokeAsync(HostedFunction.Request(), Cancellation);
        function.Api.ResponseStatus = 202;

        (await function.InvokeAsync(HostedFunction.Request(), Cancellation)).Path.ShouldEndWith("/response");
    }

    [Fact]
    public async Task A_function_told_to_exit_by_Lambda_exits_with_1()
    {
        await using var function = await HostedFunction.StartAsync((_, _, _) => Task.FromResult(HostedFunction.Answer), Cancellation);
        function.Api.ResponseStatus = 500;

        await function.InvokeAsync(HostedFunction.Request(), Cancellation);

        (await function.ExitCode).ShouldBe(1);
    }

    [Theory]
    [InlineData(60, 54)]
    [InlineData(900, 890)]
    [InlineData(3, 2.7)]
    public async Task The_deadline_leaves_a_tenth_of_the_time_but_at_most_ten_seconds_to_answer(double seconds, double expected)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        DateTimeOffset cancelled = default;
        HostedFunction? hosted = null;
        await using var function = await HostedFunction.StartAsync(
            async (_, _, deadline) =>
            {
                using var registration = deadline.Register(() => cancelled = hosted!.Time.GetUtcNow());
                begun.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, deadline);
                return HostedFunction.Answer;
            },
            Cancellation);
        hosted = function;

        var report = function.InvokeAsync(HostedFunction.Request(), TimeSpan.FromSeconds(seconds), Cancellation);
        await begun.Task;
        await function.Time.AdvanceAsync(TimeSpan.FromSeconds(seconds), Cancellation);

        (await report).ErrorType.ShouldBe(nameof(DeadlineExceeded));
        (cancelled - HostedFunction.Start).TotalSeconds.ShouldBe(expected, 0.001);
    }

    [Fact]
    public async Task An_invocation_whose_time_has_passed_already_is_begun_with_a_cancelled_deadline()
    {
        await using var function = await HostedFunction.StartAsync(
            (_, _, deadline) =>
            {
                deadline.ThrowIfCancellationRequested();
                return Task.FromResult(HostedFunction.Answer);
            },
            Cancellation);

        (await function.InvokeAsync(HostedFunction.Request(), TimeSpan.FromSeconds(-1), Cancellation)).ErrorType.ShouldBe(nameof(DeadlineExceeded));
    }

    [Fact]
    public async Task A_failure_of_our_own_keeps_its_class_also_inside_an_aggregate()
    {
        await using var function = await HostedFunction.StartAsync((_, _, _) => throw new AggregateException(new VaultEntryMissing()), Cancellation);

        (await function.InvokeAsync(HostedFunction.Request(), Cancellation)).ErrorType.ShouldBe(nameof(VaultEntryMissing));
    }

    [Fact]
    public async Task What_AWS_said_in_an_error_is_reported_and_logged_by_code_only()
    {
        await using var function = await HostedFunction.StartAsync(
            (_, _, _) => throw new AmazonServiceException(Secret, null, ErrorType.Sender, "AccessDeniedException", "id", System.Net.HttpStatusCode.BadRequest),
            Cancellation);

        var report = await function.InvokeAsync(HostedFunction.Request(), Cancellation);

        report.ErrorType.ShouldBe(nameof(AwsAccessDenied));
        function.Output.ShouldContain("\"aws_error_code\":\"AccessDeniedException\"");
        function.Output.ShouldNotContain(Secret);
    }
}
