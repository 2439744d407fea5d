using System.Text.Json.Nodes;
using Amazon.CDK;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Infra;
using ServerlessGdpr.Infra.Environments;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

/// <summary>The app, synthesized once for all tests: locally, and as the example of a production environment.</summary>
public sealed class SynthesizedApp : IDisposable
{
    private readonly DirectoryInfo functionCode = Directory.CreateTempSubdirectory("serverless-gdpr-tests-");
    private readonly DirectoryInfo assembly = Directory.CreateTempSubdirectory("serverless-gdpr-tests-");
    private readonly Lazy<Assembly> crowded;

    public SynthesizedApp()
    {
        File.WriteAllText(Path.Combine(functionCode.FullName, "bootstrap"), "not really");
        File.WriteAllText(Path.Combine(functionCode.FullName, "bootstrap.dbg"), "symbols");
        Local = Synthesize("local");
        Production = Synthesize("prod");
        Spread = Synthesize("prod", environment =>
        {
            environment["restoreRegions"] = new JsonArray("eu-central-1");
            environment["restoreAccounts"] = new JsonArray("222233334444");
            environment["dataMap"] = WithLogs();
        });
        crowded = new(() => Synthesize("prod", environment => environment["dataMap"] = WithTables(DataMapRules.MaxDatastores), "crowded"));
    }

    public Assembly Local { get; }

    public Assembly Production { get; }

    /// <summary>As <see cref="Production"/>, where backups may be restored in another region and another account too, and with logs.</summary>
    public Assembly Spread { get; }

    /// <summary>As <see cref="Production"/>, with as many datastores as a data map may have, all of them tables. Synthesized when it is first asked for.</summary>
    public Assembly Crowded => crowded.Value;

    public void Dispose()
    {
        functionCode.Delete(recursive: true);
        assembly.Delete(recursive: true);
    }

    private string WithLogs()
    {
        var map = JsonNode.Parse(File.ReadAllText(Repository.Find().Resolve("infra/datastores.prod.json")))!;
        var logs = JsonNode.Parse(
            """
            {
              "name": "access-logs", "kind": "s3-logs", "location": "arn:aws:s3:::example-logs", "keys": [{ "identityType": "customer_id", "field": "user.id" }],
              "prefix": "web/{yyyy}/{MM}/{dd}/", "days": 90, "action": { "kind": "expire", "days": 90 }, "backupRetentionDays": 0,
              "encryptionKey": "arn:aws:kms:eu-west-1:111122223333:key/1"
            }
            """)!;
        logs["processing"] = map["datastores"]![0]!["processing"]!.DeepClone();
        map["datastores"]!.AsArray().Add(logs);
        var path = Path.Combine(functionCode.FullName, "with-logs.json");
        File.WriteAllText(path, map.ToJsonString());
        return path;
    }

    private string WithTables(int count)
    {
        var map = JsonNode.Parse(File.ReadAllText(Repository.Find().Resolve("infra/datastores.prod.json")))!;
        var table = map["datastores"]!.AsArray().Single(entry => (string?)entry!["name"] == "customers")!.AsObject();
        map["datastores"] = new JsonArray([.. Enumerable.Range(0, count).Select(number =>
        {
            var name = $"a-table-with-a-long-name-such-as-stacks-give-them-{number:00}";
            var entry = table.DeepClone().AsObject();
            entry["name"] = $"tables-{number:00}";
            entry["location"] = $"arn:aws:dynamodb:eu-west-1:111122223333:table/{name}";
            entry["backups"] = new JsonObject { ["restoredNamePattern"] = $"{name}-restored*" };
            entry.Remove("after");
            return entry;
        })]);
        var path = Path.Combine(functionCode.FullName, "with-tables.json");
        File.WriteAllText(path, map.ToJsonString());
        return path;
    }

    private Assembly Synthesize(string environment, Action<JsonObject>? change = null, string? name = null)
    {
        var repository = Repository.Find();
        var json = JsonNode.Parse(File.ReadAllText(repository.Resolve("cdk.json")))!;
        change?.Invoke(json["context"]!["environments"]![environment]!.AsObject());
        var configuration = CdkConfiguration.Parse(json.ToJsonString());
        var directory = Path.Combine(assembly.FullName, name ?? (change is null ? environment : $"{environment}-changed"));
        var context = new Dictionary<string, object>(configuration.Flags()) { ["environment"] = environment, ["functionCode"] = functionCode.FullName };
        Deployment.Synthesize(new AppProps { Outdir = directory, Context = context }, repository, configuration);
        return new Assembly(directory);
    }
}

[CollectionDefinition]
public sealed class SynthesizedAppCollection : ICollectionFixture<SynthesizedApp>;
