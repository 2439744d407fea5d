using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.StepFunctions.Running;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>The workflow as it is deployed, with functions that answer from a script.</summary>
public sealed class ErasureWorkflowTests
{
    private readonly List<string> called = [];
    private string? token;
    private bool repaired;

    [Fact]
    public async Task A_datastore_that_fails_waits_for_an_operator_and_is_erased_once_it_is_repaired()
    {
        await using var cloud = new StateMachineHarness();
        cloud.Functions.Answer = (function, payload) => Task.FromResult(Answer(function.Split(':')[^1], JsonNode.Parse(payload)!));
        var execution = cloud.Begin(await DefinitionAsync(), """{"requestId":"r1","attempt":0}""");
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromDays(31), TestContext.Current.CancellationToken);
        called.Count(call => call == "AskOperator").ShouldBe(2, "a month without a decision asks again");
        var (orders, files) = (called.Where(call => call.StartsWith("orders", StringComparison.Ordinal)).ToList(), called.Where(call => call.StartsWith("files", StringComparison.Ordinal)).ToList());

        repaired = true;
        called.Clear();
        cloud.Get<TaskTokens>().End(token!, new TaskOutcome("""{"decision":"retry"}""", null));
        await cloud.EndAsync(execution);

        orders.ShouldBe(["orders erase", "orders erase", "orders verify"], "work longer than one invocation goes on where it stopped");
        files.Count.ShouldBe(7, "one attempt and six retries");
        called.ShouldBe(["AdvanceErasure", "files erase", "files verify", "AdvanceErasure", "CompleteRequest"]);
        execution.Standing.Output.ShouldBe("""{"outcome":"completed"}""");
    }

    private FunctionAnswer Answer(string function, JsonNode payload)
    {
        var operation = payload["operation"]?.GetValue<string>();
        lock (called) called.Add(operation is null ? function : $"{function} {operation}");
        return (function, operation) switch
        {
            ("PlanErasure", _) => Ok(Plan("erase", "orders", "files")),
            ("files", _) when !repaired => new FunctionAnswer("""{"errorType":"DatastoreUnavailable"}""", "Unhandled"),
            (_, "erase") when function == "orders" && payload["continuation"] is null => Ok(Erased("partial", "\"c1\"")),
            (_, "erase" or "verify") => Ok(Erased("erased", "null")),
            ("AdvanceErasure", _) when payload["decision"] is not null => Ok(Plan("erase", "files")),
            ("AdvanceErasure", _) when repaired => Ok(Plan("complete")),
            ("AdvanceErasure", _) => Ok(Plan("ask")),
            ("AskOperator", _) => Asked(payload),
            _ => Ok("""{"outcome":"completed"}"""),
        };
    }

    private FunctionAnswer Asked(JsonNode payload)
    {
        token = payload["taskToken"]!.GetValue<string>();
        return Ok("{}");
    }

    private static FunctionAnswer Ok(string payload) => new(payload, null);

    private static string Erased(string outcome, string continuation) =>
        $$"""{"outcome":"{{outcome}}","found":1,"erased":1,"remaining":0,"continuation":{{continuation}},"exempt":0,"exemptUntil":null,"confirmAfterSeconds":null,"needs":null,"evidence":null}""";

    private static string Plan(string next, params string[] datastores) => """
        {"requestId":"r1","attempt":0,"round":0,"next":"NEXT","waitSeconds":0,"waiting":["files"],"tasks":[TASKS]}
        """.Replace("NEXT", next).Replace("TASKS", string.Join(',', datastores.Select(datastore => """
        {"requestId":"r1","datastore":"NAME","name":"NAME","target":null,"function":"NAME","subjects":["vault/r1"],"erase":{"continuation":null},"verify":{"continuation":null}}
        """.Replace("NAME", datastore))));

    private static async Task<string> DefinitionAsync()
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("infra", "workflows", "erasure.asl.json"), TestContext.Current.CancellationToken);
        foreach (var function in new[] { "PlanErasure", "AdvanceErasure", "AskOperator", "CompleteRequest" }) text = text.Replace($"${{{function}}}", $"arn:aws:lambda:eu-west-1:000000000000:function:{function}");
        return text.Replace("\"${DatastoreFunctions}\"", """{"orders":"orders","files":"files"}""");
    }
}
