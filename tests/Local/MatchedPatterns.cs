using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

/// <summary>A rule for each pattern of <see cref="EventPatternTests"/>, and which of them one event reached.</summary>
public sealed class MatchedPatterns : IAsyncLifetime
{
    private const string Detail = """
        {
          "state": "Running", "count": 300, "ratio": 0.5, "none": null, "done": false, "empty": [], "blank": "", "ip": "10.0.1.7", "ip6": "2001:db8::1",
          "big": 1234567890123456789, "power": 3e2, "street": "Straße", "path": "a/b*c/d.txt",
          "nested": { "leaf": "x" },
          "rows": [ { "kind": "a", "size": 1 }, { "kind": "b", "size": 2 } ],
          "words": ["alpha", "beta"]
        }
        """;

    private readonly Dictionary<string, JsonObject> refused = new(StringComparer.Ordinal);
    private readonly HashSet<string> reached = new(StringComparer.Ordinal);

    internal ContractBuses Buses { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Buses.InitializeAsync();
        string[] patterns = [.. EventPatternTests.Patterns.Select(row => row.Data.Item1)];
        for (var number = 0; number < patterns.Length; number++)
        {
            var name = Buses.NewName("pattern");
            var rule = await Buses.PutRuleAsync(name, patterns[number]);
            if (ContractBuses.Error(rule) is not null) refused.Add(patterns[number], rule);
            else await Buses.PutTargetAsync(name, Buses.Queue.Target(("InputTransformer", new JsonObject { ["InputTemplate"] = $$"""{"number":{{number}}}""" })));
        }

        var put = await Buses.PutAsync(ContractBuses.Entry("shop", Detail, "arn:aws:states:1", "arn:aws:s3:2"));
        ((int?)put["FailedEntryCount"]).ShouldBe(0, put.ToJsonString());
        foreach (var message in await Buses.ReceiveAsync(Buses.Queue)) reached.Add(patterns[(int)JsonNode.Parse(message.Body)!["number"]!]);
    }

    public ValueTask DisposeAsync() => Buses.DisposeAsync();

    public bool Has(string pattern)
    {
        refused.GetValueOrDefault(pattern)?.ToJsonString().ShouldBeNull();
        return reached.Contains(pattern);
    }
}
