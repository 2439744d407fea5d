using System.Text.Json;
using ServerlessGdpr.Functions.Runtime;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Runtime;

public sealed class InvocationLogTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_carry_the_invocation_and_only_the_first_is_a_cold_start()
    {
        await using var function = await HostedFunction.StartAsync((_, _, _) => throw new IOException(), Cancellation);
        await function.InvokeAsync(HostedFunction.Request(), Cancellation);
        await function.InvokeAsync(HostedFunction.Request(), Cancellation);

        var lines = function.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        lines.Select(line => line.GetProperty("cold_start").GetBoolean()).ShouldBe([true, false]);
        lines[1].GetProperty("function_request_id").GetString().ShouldBe("invocation-1");
        lines[1].GetProperty("function_arn").GetString().ShouldBe("arn:aws:lambda:eu-west-1:000000000000:function:under-test");
        lines[1].GetProperty("xray_trace_id").GetString()!.ShouldStartWith("Root=1-");
        lines[1].GetProperty("error_type").GetString().ShouldBe(nameof(AwsUnavailable));
    }

    [Fact]
    public void A_metric_is_a_line_of_the_embedded_metric_format()
    {
        using var output = new StringWriter();
        var metrics = new Metrics(output, new VirtualTime(DateTimeOffset.FromUnixTimeMilliseconds(1574109732004), new InFlight()), "erasure");

        metrics.Count("RecordsErased", 1);

        output.ToString().TrimEnd().ShouldBe(
            """{"_aws":{"Timestamp":1574109732004,"CloudWatchMetrics":[{"Namespace":"ServerlessGdpr","Metrics":[{"Name":"RecordsErased","Unit":"Count"}],"Dimensions":[["Service"]]}]},"Service":"erasure","RecordsErased":1}""");
    }
}
