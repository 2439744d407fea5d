using System.Text.Json.Nodes;
using ServerlessGdpr.Infra;
using ServerlessGdpr.Infra.Constructs;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

public sealed class WorkflowDefinitionTests
{
    [Fact]
    public void A_placeholder_becomes_an_ARN_or_an_object_and_the_rest_stays_as_it_is() =>
        WorkflowDefinition.Fill(
                """{ "ResultPath": null, "Fn": "${Plan}", "Map": ["${All}"], "Comment": "costs ${Plan} & a bit", "N": 1.5 }""",
                new Dictionary<string, JsonNode> { ["Plan"] = "arn:plan", ["All"] = new JsonObject { ["orders"] = "arn:orders" } })
            .ShouldBe("""{"ResultPath":null,"Fn":"arn:plan","Map":[{"orders":"arn:orders"}],"Comment":"costs ${Plan} & a bit","N":1.5}""");

    [Fact]
    public void A_placeholder_that_nothing_fills_is_refused() =>
        Should.Throw<SetupError>(() => WorkflowDefinition.Fill("""{ "Fn": "${Plan}" }""", new Dictionary<string, JsonNode>()))
            .Message.ShouldBe("The workflow has a placeholder ${Plan} that nothing fills.");

    [Fact]
    public void A_value_without_a_placeholder_is_refused() =>
        Should.Throw<SetupError>(() => WorkflowDefinition.Fill("{}", new Dictionary<string, JsonNode> { ["Plan"] = "arn:plan" }))
            .Message.ShouldBe("The workflow has no placeholder for: Plan.");
}
