using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.EventBridge;

/// <summary>The operations on a rule's targets.</summary>
internal sealed class RuleTargets(EventBuses buses)
{
    public JsonObject Put(PropertyReader request, JsonObject members)
    {
        var rule = Rule(request);
        var targets = Read(request, members);
        request.RefuseOthers();
        rule.Add(targets);
        return NothingFailed();
    }

    public JsonObject Remove(PropertyReader request)
    {
        request.WithoutLocalEffect("Force");
        var rule = Rule(request);
        var ids = request.GetStrings("Ids");
        request.RefuseOthers();
        rule.Targets = rule.Targets.RemoveRange(ids);
        return NothingFailed();
    }

    public JsonObject List(PropertyReader request)
    {
        var rule = Rule(request);
        request.RefuseOthers();
        return new JsonObject { ["Targets"] = new JsonArray([.. rule.Targets.Values.Select(target => target.Description.DeepClone())]) };
    }

    /// <summary>Reads <c>Targets</c>, which PutTargets and AWS::Events::Rule have in common.</summary>
    public static IReadOnlyList<RuleTarget> Read(PropertyReader properties, JsonObject members) =>
        properties.GetObjects("Targets").Select((target, index) => RuleTarget.Read(target, members["Targets"]![index]!.AsObject())).ToList();

    private Rule Rule(PropertyReader request) => buses.Get(request.GetString("EventBusName")).Get(request.GetRequiredString("Rule"));

    private static JsonObject NothingFailed() => new() { ["FailedEntryCount"] = 0, ["FailedEntries"] = new JsonArray() };
}
