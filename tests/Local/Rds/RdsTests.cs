using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Rds;
using ServerlessGdpr.Tests.Local.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Rds;

public sealed class RdsTests : IAsyncLifetime
{
    private const string Fixtures =
        """
        {
          "DBInstances": [
            { "DBInstanceIdentifier": "orders", "DBInstanceArn": "arn:aws:rds:eu-west-1:000000000000:db:orders", "DbiResourceId": "db-ONE", "MultiAZ": false,
              "TagList": [{ "Key": "team", "Value": "shop" }] },
            { "DBInstanceIdentifier": "orders-restored", "DBInstanceArn": "arn:aws:rds:eu-west-1:000000000000:db:orders-restored", "DBInstanceStatus": "creating" }
          ],
          "DBSnapshots": [{ "DBSnapshotIdentifier": "nightly", "DBInstanceIdentifier": "orders", "OriginalSnapshotCreateTime": "2026-01-30T03:00:00Z" }],
          "Events": [{
            "afterSeconds": 60, "detail-type": "RDS DB Instance Event", "resources": ["arn:aws:rds:eu-west-1:000000000000:db:orders-restored"],
            "detail": { "EventID": "RDS-EVENT-0019", "SourceIdentifier": "orders-restored" }
          }]
        }
        """;

    private Cloud cloud = null!;
    private HttpClient http = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cloud = await Clouds.StartAsync(Cancellation);
        http = new HttpClient { BaseAddress = cloud.Endpoint };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await cloud.DisposeAsync();
    }

    [Fact]
    public async Task Declared_instances_are_described_by_name_by_ARN_and_all_together()
    {
        Load();

        (await Call("DescribeDBInstances")).Answer.Descendants(Name("DBInstance")).Count().ShouldBe(2);
        var (_, byName) = await Call("DescribeDBInstances", ("DBInstanceIdentifier", "orders"));
        var instance = byName.Element(Name("DescribeDBInstancesResult"))!.Element(Name("DBInstances"))!.Elements(Name("DBInstance")).ShouldHaveSingleItem();
        instance.Element(Name("DbiResourceId"))!.Value.ShouldBe("db-ONE");
        instance.Element(Name("MultiAZ"))!.Value.ShouldBe("false");
        instance.Element(Name("TagList"))!.Element(Name("Tag"))!.Element(Name("Value"))!.Value.ShouldBe("shop");
        var (_, byArn) = await Call("DescribeDBInstances", ("DBInstanceIdentifier", "arn:aws:rds:eu-west-1:000000000000:db:orders-restored"));
        byArn.Descendants(Name("DBInstanceStatus")).ShouldHaveSingleItem().Value.ShouldBe("creating");
    }

    [Fact]
    public async Task Snapshots_are_found_by_their_instance()
    {
        Load();

        (await Call("DescribeDBSnapshots", ("DBInstanceIdentifier", "orders"))).Answer.Descendants(Name("OriginalSnapshotCreateTime")).ShouldHaveSingleItem();
        (await Call("DescribeDBSnapshots", ("DBInstanceIdentifier", "another"))).Answer.Descendants(Name("DBSnapshot")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("DescribeDBInstances", "DBInstanceIdentifier", 404, "DBInstanceNotFound")]
    [InlineData("DescribeDBSnapshots", "DBSnapshotIdentifier", 404, "DBSnapshotNotFound")]
    [InlineData("DescribeDBClusters", "DBClusterIdentifier", 404, "DBClusterNotFoundFault")]
    [InlineData("DescribeDBClusterSnapshots", "DBClusterSnapshotIdentifier", 404, "DBClusterSnapshotNotFoundFault")]
    [InlineData("DescribeDBInstances", "Filters.Filter.1.Name", 400, "InvalidParameterValue")]
    [InlineData("CreateDBInstance", "DBInstanceIdentifier", 501, "NotImplemented")]
    public async Task What_is_not_declared_is_an_error(string operation, string parameter, int status, string code)
    {
        Load();

        var answer = await Call(operation, (parameter, "none"));

        (answer.Status, answer.Answer.Descendants(Name("Code")).Single().Value).ShouldBe((status, code));
    }

    [Fact]
    public async Task A_declared_event_is_put_on_the_default_bus_in_time()
    {
        var bus = await DefaultBus.WatchAsync(cloud, Cancellation);
        Load();
        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(59), Cancellation);
        (await bus.TakeAsync(Cancellation)).ShouldBeEmpty();

        await cloud.VirtualTime.AdvanceAsync(TimeSpan.FromSeconds(1), Cancellation);

        var told = (await bus.TakeAsync(Cancellation)).ShouldHaveSingleItem();
        (told["source"]!.ToString(), told["detail-type"]!.ToString()).ShouldBe(("aws.rds", "RDS DB Instance Event"));
        told["resources"]![0]!.ToString().ShouldBe("arn:aws:rds:eu-west-1:000000000000:db:orders-restored");
        told["detail"]!["EventID"]!.ToString().ShouldBe("RDS-EVENT-0019");
    }

    [Fact]
    public void Fixtures_that_are_not_understood_are_refused()
    {
        Should.Throw<AwsError>(() => cloud.Get<RdsFixtures>().Load(new JsonObject { ["DBProxies"] = new JsonArray() })).Message.ShouldContain("DBProxies");
    }

    private static XName Name(string name) => XName.Get(name, "http://rds.amazonaws.com/doc/2014-10-31/");

    private void Load() => cloud.Get<RdsFixtures>().Load(JsonNode.Parse(Fixtures)!.AsObject());

    private async Task<(int Status, XElement Answer)> Call(string operation, params (string Name, string Value)[] parameters)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/");
        message.Headers.TryAddWithoutValidation("Authorization", AwsJson.Authorization("rds"));
        message.Content = new FormUrlEncodedContent(
            parameters.Append(("Action", operation)).Append(("Version", "2014-10-31")).Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2)));
        using var answer = await http.SendAsync(message, Cancellation);
        return ((int)answer.StatusCode, XElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation)));
    }
}
