using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

/// <summary>All patterns are those of rules on one bus, and one event is put on it.</summary>
public sealed class EventPatternTests(MatchedPatterns matched) : IClassFixture<MatchedPatterns>
{
    public static TheoryData<string, bool> Patterns => new()
    {
        { """{"source": ["shop"]}""", true },
        { """{"source": ["other", "shop"]}""", true },
        { """{"source": ["SHOP"]}""", false },
        { """{"source": ["shop"], "detail-type": ["AccessRequested"]}""", false },
        { """{"resources": ["arn:aws:s3:2"]}""", true },
        { """{"detail": {"state": ["Running"]}}""", true },
        { """{"detail": {"count": [300]}}""", true },
        { """{"detail": {"count": [300.0]}}""", false },
        { """{"detail": {"count": ["300"]}}""", false },
        { """{"detail": {"none": [null]}}""", true },
        { """{"detail": {"missing": [null]}}""", false },
        { """{"detail": {"done": [false]}}""", true },
        { """{"detail": {"state": [{"prefix": "Run"}]}}""", true },
        { """{"detail": {"state": [{"prefix": "run"}]}}""", false },
        { """{"detail": {"state": [{"prefix": {"equals-ignore-case": "run"}}]}}""", true },
        { """{"detail": {"path": [{"suffix": ".txt"}]}}""", true },
        { """{"detail": {"path": [{"suffix": {"equals-ignore-case": ".TXT"}}]}}""", true },
        { """{"detail": {"state": [{"equals-ignore-case": "RUNNING"}]}}""", true },
        { """{"detail": {"state": [{"anything-but": "Stopped"}]}}""", true },
        { """{"detail": {"state": [{"anything-but": "Running"}]}}""", false },
        { """{"detail": {"state": [{"anything-but": ["Stopped", "Running"]}]}}""", false },
        { """{"detail": {"count": [{"anything-but": [299, 301]}]}}""", true },
        { """{"detail": {"count": [{"anything-but": 300}]}}""", false },
        { """{"detail": {"missing": [{"anything-but": "x"}]}}""", false },
        { """{"detail": {"state": [{"anything-but": {"prefix": "Run"}}]}}""", false },
        { """{"detail": {"state": [{"anything-but": {"suffix": ["ped", "ted"]}}]}}""", true },
        { """{"detail": {"state": [{"anything-but": {"wildcard": "R*g"}}]}}""", false },
        { """{"detail": {"state": [{"anything-but": {"equals-ignore-case": ["RUNNING"]}}]}}""", false },
        { """{"detail": {"words": [{"anything-but": "alpha"}]}}""", true },
        { """{"detail": {"count": [{"numeric": ["=", 300]}]}}""", true },
        { """{"detail": {"count": [{"numeric": [">", 0, "<=", 300]}]}}""", true },
        { """{"detail": {"count": [{"numeric": [">=", 0, "<", 300]}]}}""", false },
        { """{"detail": {"state": [{"numeric": [">", 0]}]}}""", false },
        { """{"detail": {"state": [{"exists": true}]}}""", true },
        { """{"detail": {"state": [{"exists": false}]}}""", false },
        { """{"detail": {"missing": [{"exists": false}]}}""", true },
        { """{"detail": {"nested": [{"exists": true}]}}""", false },
        { """{"detail": {"missing": {"deeper": [{"exists": false}]}}}""", true },
        { """{"detail": {"empty": [{"exists": true}]}}""", false },
        { """{"detail": {"path": [{"wildcard": "a/*/d.txt"}]}}""", true },
        { """{"detail": {"path": [{"wildcard": "a/b\\*c/*"}]}}""", true },
        { """{"detail": {"path": [{"wildcard": "*b\\*d*"}]}}""", false },
        { """{"detail": {"ip": [{"cidr": "10.0.0.0/16"}]}}""", true },
        { """{"detail": {"ip": [{"cidr": "10.1.0.0/16"}]}}""", false },
        { """{"detail": {"rows": {"kind": ["a"], "size": [1]}}}""", true },
        { """{"detail": {"rows": {"kind": ["a"], "size": [2]}}}""", false },
        { """{"detail": {"blank": [""]}}""", true },
        { """{"detail": {"blank": [{"exists": true}]}}""", true },
        { """{"detail": {"blank": [{"wildcard": "*"}]}}""", true },
        { """{"detail": {"none": [{"exists": true}]}}""", true },
        { """{"detail": {"empty": [{"exists": false}]}}""", true },
        { """{"detail": {"words": ["beta"]}}""", true },
        { """{"detail": {"words": [{"prefix": "bet"}]}}""", true },
        { """{"detail": {"words": [{"exists": true}]}}""", true },
        { """{"detail": {"words": [{"anything-but": ["alpha", "beta"]}]}}""", false },
        { """{"detail": {"state": [{"prefix": "Running"}]}}""", true },
        { """{"detail": {"count": [{"prefix": "3"}]}}""", false },
        { """{"detail": {"path": [{"suffix": ".TXT"}]}}""", false },
        { """{"detail": {"street": [{"equals-ignore-case": "STRAßE"}]}}""", true },
        { """{"detail": {"missing": [{"prefix": "x"}]}}""", false },
        { """{"detail": {"state": [{"anything-but": {"prefix": "Sto"}}]}}""", true },
        { """{"detail": {"state": [{"anything-but": {"prefix": ["Sto", "Run"]}}]}}""", false },
        { """{"detail": {"state": [{"anything-but": {"suffix": "ing"}}]}}""", false },
        { """{"detail": {"state": [{"anything-but": {"equals-ignore-case": "running"}}]}}""", false },
        { """{"detail": {"state": [{"anything-but": {"equals-ignore-case": ["stopped", "starting"]}}]}}""", true },
        { """{"detail": {"path": [{"anything-but": {"wildcard": ["*c/*", "x*"]}}]}}""", false },
        { """{"detail": {"path": [{"anything-but": {"wildcard": "*.csv"}}]}}""", true },
        { """{"detail": {"count": [{"anything-but": {"prefix": "3"}}]}}""", true },
        { """{"detail": {"done": [{"anything-but": "x"}]}}""", true },
        { """{"detail": {"missing": [{"anything-but": {"prefix": "x"}}]}}""", false },
        { """{"detail": {"state": ["Stopped", {"anything-but": "Running"}, {"prefix": "Ru"}]}}""", true },
        { """{"detail": {"ratio": [{"numeric": ["=", 0.5]}]}}""", true },
        { """{"detail": {"ratio": [{"numeric": ["<", 0.5]}]}}""", false },
        { """{"detail": {"ratio": [{"numeric": ["<=", 5e-1]}]}}""", true },
        { """{"detail": {"power": [{"numeric": ["=", 300]}]}}""", true },
        { """{"detail": {"count": [{"numeric": [">", -5000000000, "<", 5000000000]}]}}""", true },
        { """{"detail": {"count": [{"numeric": [">", 300]}]}}""", false },
        { """{"detail": {"missing": [{"numeric": ["<", 1]}]}}""", false },
        { """{"detail": {"ip6": [{"cidr": "2001:db8::/32"}]}}""", true },
        { """{"detail": {"ip6": [{"cidr": "2001:db9::/32"}]}}""", false },
        { """{"detail": {"ip": [{"cidr": "10.0.1.7/32"}]}}""", true },
        { """{"detail": {"ip": [{"cidr": "0.0.0.0/0"}]}}""", true },
        { """{"detail": {"ip6": [{"cidr": "0.0.0.0/0"}]}}""", false },
        { """{"detail": {"state": [{"cidr": "10.0.0.0/8"}]}}""", false },
        { """{"detail": {"path": [{"wildcard": "*"}]}}""", true },
        { """{"detail": {"path": [{"wildcard": "a/b"}]}}""", false },
        { """{"detail": {"path": [{"wildcard": "*d.txt*"}]}}""", true },
        { """{"detail": {"nested": {"leaf": [{"exists": true}], "other": [{"exists": false}]}}}""", true },
        { """{"detail": {"rows": {"kind": ["b"], "other": [{"exists": false}]}}}""", true },
        { """{"detail": {"$or": [{"count": [{"numeric": ["<", 5]}]}, {"state": [{"prefix": "Run"}]}, {"missing": [{"exists": true}]}], "done": [false]}}""", true },
        { """{"detail": {"$or": [{"count": [300]}, {"state": ["Running"]}], "done": [true]}}""", false },
        { """{"$or": [{"source": ["shop"], "detail-type": ["X"]}, {"$or": [{"version": ["1"]}, {"version": ["0"]}]}]}""", true },
        { """{"$or": [{"source": ["other"]}, {"detail": {"count": [300]}}]}""", true },
        { """{"detail": {"$or": [{"state": ["Stopped"]}, {"done": [true]}]}}""", false },
        { """{"source": ["shop"], "$or": [{"detail-type": ["X"]}, {"version": ["0"]}]}""", true },
    };

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_pattern_matches_as_EventBridge_documents(string pattern, bool matches) => matched.Has(pattern).ShouldBe(matches);

    [Theory]
    [InlineData("""{"source": ["shop"], "detail": {"count": [{"numeric": [">", 299]}]}}""", true)]
    [InlineData("""{"source": ["shop"], "detail": {"count": [{"numeric": [">", 300]}]}}""", false)]
    public async Task A_pattern_can_be_tried_without_a_rule(string pattern, bool matches)
    {
        const string Happened =
            """{"id":"1","account":"000000000000","source":"shop","time":"2026-01-31T10:00:00Z","region":"eu-west-1","resources":[],"detail-type":"Kind","detail":{"count":300}}""";

        var answer = await matched.Buses.CallAsync("TestEventPattern", new JsonObject { ["EventPattern"] = pattern, ["Event"] = Happened });

        ((bool?)answer["Result"]).ShouldBe(matches, answer.ToJsonString());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"source": "shop"}""")]
    [InlineData("""{"source": []}""")]
    [InlineData("""{"source": [["shop"]]}""")]
    [InlineData("""{"source": ["a"], "source": ["b"]}""")]
    [InlineData("""{"detail": {}}""")]
    [InlineData("""{"source": [{"begins": "s"}]}""")]
    [InlineData("""{"source": [{"prefix": 1}]}""")]
    [InlineData("""{"source": [{"prefix": "a", "suffix": "b"}]}""")]
    [InlineData("""{"source": [{"exists": "yes"}]}""")]
    [InlineData("""{"source": [{"wildcard": "a**b"}]}""")]
    [InlineData("""{"source": [{"wildcard": "a\\b"}]}""")]
    [InlineData("""{"source": [{"cidr": "10.0.0.0/99"}]}""")]
    [InlineData("""{"source": [{"numeric": ["<", 5, ">", 3]}]}""")]
    [InlineData("""{"source": [{"numeric": [">", 5, "<", 3]}]}""")]
    [InlineData("""{"source": [{"numeric": ["about", 5]}]}""")]
    [InlineData("""{"source": [{"numeric": [">"]}]}""")]
    [InlineData("""{"source": [{"numeric": [">", "5"]}]}""")]
    [InlineData("""{"source": [{"numeric": ["=", 5000000001]}]}""")]
    [InlineData("""{"source": [{"numeric": [">", 1, "<", 2, "<", 3]}]}""")]
    [InlineData("""{"source": [{"equals-ignore-case": ["shop"]}]}""")]
    [InlineData("""{"source": [{"cidr": "shop"}]}""")]
    [InlineData("""{"source": [{"exists": true, "prefix": "s"}]}""")]
    [InlineData("""{"source": [{}]}""")]
    [InlineData("""{"source": [{"anything-but": {"prefix": "s", "suffix": "p"}}]}""")]
    [InlineData("""{"source": [{"anything-but": {"prefix": []}}]}""")]
    [InlineData("""{"source": [{"anything-but": {"anything-but": "s"}}]}""")]
    [InlineData("""{"source": [{"anything-but": {"exists": true}}]}""")]
    [InlineData("""{"source": [{"anything-but": {"numeric": ["=", 1]}}]}""")]
    [InlineData("""{"$or": {"source": ["shop"]}}""")]
    [InlineData("""{"$or": [{"source": ["shop"]}, "other"]}""")]
    [InlineData("""{"source": [{"anything-but": []}]}""")]
    [InlineData("""{"source": [{"anything-but": ["a", 1]}]}""")]
    [InlineData("""{"source": [{"anything-but": {"cidr": "10.0.0.0/8"}}]}""")]
    [InlineData("""{"$or": [{"source": ["shop"]}]}""")]
    public async Task An_invalid_pattern_is_refused(string pattern)
    {
        var answer = await matched.Buses.PutRuleAsync(matched.Buses.NewName("invalid"), pattern);

        ContractBuses.Error(answer).ShouldBe("InvalidEventPatternException", answer.ToJsonString());
    }
}
