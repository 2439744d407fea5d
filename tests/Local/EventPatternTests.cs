using System.Text.Json;
using ServerlessGdpr.Local.EventBridge;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local;

public sealed class EventPatternTests
{
    private const string Happened = """
        {
          "version": "0", "source": "shop", "detail-type": "ErasureRequested",
          "resources": ["arn:aws:states:1", "arn:aws:s3:2"],
          "detail": {
            "state": "Running", "count": 300, "ratio": 0.5, "none": null, "done": false, "empty": [], "ip": "10.0.1.7", "path": "a/b*c/d.txt",
            "nested": { "leaf": "x" },
            "rows": [ { "kind": "a", "size": 1 }, { "kind": "b", "size": 2 } ],
            "words": ["alpha", "beta"]
          }
        }
        """;

    [Theory]
    [InlineData("""{"source": ["shop"]}""", true)]
    [InlineData("""{"source": ["other", "shop"]}""", true)]
    [InlineData("""{"source": ["SHOP"]}""", false)]
    [InlineData("""{"source": ["shop"], "detail-type": ["AccessRequested"]}""", false)]
    [InlineData("""{"resources": ["arn:aws:s3:2"]}""", true)]
    [InlineData("""{"detail": {"state": ["Running"]}}""", true)]
    [InlineData("""{"detail": {"count": [300]}}""", true)]
    [InlineData("""{"detail": {"count": [300.0]}}""", false)]
    [InlineData("""{"detail": {"count": ["300"]}}""", false)]
    [InlineData("""{"detail": {"none": [null]}}""", true)]
    [InlineData("""{"detail": {"missing": [null]}}""", false)]
    [InlineData("""{"detail": {"done": [false]}}""", true)]
    [InlineData("""{"detail": {"state": [{"prefix": "Run"}]}}""", true)]
    [InlineData("""{"detail": {"state": [{"prefix": "run"}]}}""", false)]
    [InlineData("""{"detail": {"state": [{"prefix": {"equals-ignore-case": "run"}}]}}""", true)]
    [InlineData("""{"detail": {"path": [{"suffix": ".txt"}]}}""", true)]
    [InlineData("""{"detail": {"path": [{"suffix": {"equals-ignore-case": ".TXT"}}]}}""", true)]
    [InlineData("""{"detail": {"state": [{"equals-ignore-case": "RUNNING"}]}}""", true)]
    [InlineData("""{"detail": {"state": [{"anything-but": "Stopped"}]}}""", true)]
    [InlineData("""{"detail": {"state": [{"anything-but": "Running"}]}}""", false)]
    [InlineData("""{"detail": {"state": [{"anything-but": ["Stopped", "Running"]}]}}""", false)]
    [InlineData("""{"detail": {"count": [{"anything-but": [299, 301]}]}}""", true)]
    [InlineData("""{"detail": {"count": [{"anything-but": 300}]}}""", false)]
    [InlineData("""{"detail": {"missing": [{"anything-but": "x"}]}}""", false)]
    [InlineData("""{"detail": {"state": [{"anything-but": {"prefix": "Run"}}]}}""", false)]
    [InlineData("""{"detail": {"state": [{"anything-but": {"suffix": ["ped", "ted"]}}]}}""", true)]
    [InlineData("""{"detail": {"state": [{"anything-but": {"wildcard": "R*g"}}]}}""", false)]
    [InlineData("""{"detail": {"state": [{"anything-but": {"equals-ignore-case": ["RUNNING"]}}]}}""", false)]
    [InlineData("""{"detail": {"words": [{"anything-but": "alpha"}]}}""", true)]
    [InlineData("""{"detail": {"count": [{"numeric": ["=", 300]}]}}""", true)]
    [InlineData("""{"detail": {"count": [{"numeric": [">", 0, "<=", 300]}]}}""", true)]
    [InlineData("""{"detail": {"count": [{"numeric": [">=", 0, "<", 300]}]}}""", false)]
    [InlineData("""{"detail": {"state": [{"numeric": [">", 0]}]}}""", false)]
    [InlineData("""{"detail": {"state": [{"exists": true}]}}""", true)]
    [InlineData("""{"detail": {"state": [{"exists": false}]}}""", false)]
    [InlineData("""{"detail": {"missing": [{"exists": false}]}}""", true)]
    [InlineData("""{"detail": {"nested": [{"exists": true}]}}""", false)]
    [InlineData("""{"detail": {"missing": {"deeper": [{"exists": false}]}}}""", true)]
    [InlineData("""{"detail": {"empty": [{"exists": true}]}}""", false)]
    [InlineData("""{"detail": {"path": [{"wildcard": "a/*/d.txt"}]}}""", true)]
    [InlineData("""{"detail": {"path": [{"wildcard": "a/b\\*c/*"}]}}""", true)]
    [InlineData("""{"detail": {"path": [{"wildcard": "*b\\*d*"}]}}""", false)]
    [InlineData("""{"detail": {"ip": [{"cidr": "10.0.0.0/16"}]}}""", true)]
    [InlineData("""{"detail": {"ip": [{"cidr": "10.1.0.0/16"}]}}""", false)]
    [InlineData("""{"detail": {"rows": {"kind": ["a"], "size": [1]}}}""", true)]
    [InlineData("""{"detail": {"rows": {"kind": ["a"], "size": [2]}}}""", false)]
    [InlineData("""{"$or": [{"source": ["other"]}, {"detail": {"count": [300]}}]}""", true)]
    [InlineData("""{"detail": {"$or": [{"state": ["Stopped"]}, {"done": [true]}]}}""", false)]
    [InlineData("""{"source": ["shop"], "$or": [{"detail-type": ["X"]}, {"version": ["0"]}]}""", true)]
    public void A_pattern_matches_as_EventBridge_documents(string pattern, bool matches)
    {
        using var happened = JsonDocument.Parse(Happened);

        EventPattern.Parse(pattern).Matches(happened.RootElement).ShouldBe(matches);
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
    [InlineData("""{"source": [{"anything-but": []}]}""")]
    [InlineData("""{"source": [{"anything-but": ["a", 1]}]}""")]
    [InlineData("""{"source": [{"anything-but": {"cidr": "10.0.0.0/8"}}]}""")]
    [InlineData("""{"$or": [{"source": ["shop"]}]}""")]
    public void An_invalid_pattern_is_refused(string pattern) =>
        Should.Throw<AwsError>(() => EventPattern.Parse(pattern)).Code.ShouldBe("InvalidEventPatternException");
}
