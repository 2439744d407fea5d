using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

/// <summary>IAM counts the characters of a policy, white space left out: 6,144 in a managed policy, 10,240 in all of a role's own.</summary>
[Collection(typeof(SynthesizedAppCollection))]
public sealed class PolicySizeTests(SynthesizedApp app)
{
    private const int ManagedPolicy = 6_144, InlinePolicies = 10_240, ManagedPoliciesOfARole = 10;

    /// <summary>What CloudFormation fills in is an ARN or a name; no ARN of these resources is longer.</summary>
    private static readonly string FilledIn = new('x', 130);

    [Fact]
    public void With_the_most_datastores_that_are_possible_no_policy_is_over_its_limit()
    {
        var workflow = app.Crowded.Workflow;
        var inline = workflow.OfType("AWS::IAM::Policy").ToLookup(policy => workflow.Text(policy["Roles"]![0]), policy => SizeOf(policy["PolicyDocument"]!));
        var managed = workflow.OfType("AWS::IAM::ManagedPolicy");

        workflow.OfType("AWS::IAM::Role").Count.ShouldBeGreaterThan(45);
        foreach (var role in inline) role.Sum().ShouldBeLessThanOrEqualTo(InlinePolicies, role.Key);
        foreach (var policy in managed) SizeOf(policy["PolicyDocument"]!).ShouldBeLessThanOrEqualTo(ManagedPolicy, policy.Id);
        foreach (var role in managed.GroupBy(policy => workflow.Text(policy["Roles"]![0]))) role.Count().ShouldBeLessThanOrEqualTo(ManagedPoliciesOfARole, role.Key);
    }

    private static int SizeOf(JsonNode document) => Filled(document).ToJsonString(new JsonSerializerOptions(JsonSerializerOptions.Default)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    }).Length;

    private static JsonNode Filled(JsonNode node) => node switch
    {
        JsonObject { Count: 1 } call when call.Single() is { Key: "Ref" or "Fn::GetAtt" or "Fn::ImportValue" } => JsonValue.Create(FilledIn),
        JsonObject { Count: 1 } call when call["Fn::Join"] is JsonArray join => JsonValue.Create(string.Concat(join[1]!.AsArray().Select(part => Filled(part!).GetValue<string>()))),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)Filled(member.Value!)))),
        JsonArray items => new JsonArray([.. items.Select(item => Filled(item!))]),
        _ => node.DeepClone(),
    };
}
