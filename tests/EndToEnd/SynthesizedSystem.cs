using System.Text.Json.Nodes;
using Amazon.CDK;
using ServerlessGdpr.Infra;
using ServerlessGdpr.Infra.Environments;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>The app as it is deployed locally, synthesized once for all tests around the functions that this build made.</summary>
public sealed class SynthesizedSystem : IDisposable
{
    private readonly DirectoryInfo output = Directory.CreateTempSubdirectory("serverless-gdpr-tests-");

    public SynthesizedSystem() => Synthesize(CdkConfiguration.Read(Repository.Find()));

    /// <summary>As deployed locally, around another data map.</summary>
    internal SynthesizedSystem(JsonNode dataMap)
    {
        var map = Path.Combine(output.FullName, "datastores.json");
        File.WriteAllText(map, dataMap.ToJsonString());
        var json = JsonNode.Parse(File.ReadAllText(Repository.Find().Resolve("cdk.json")))!;
        json["context"]!["environments"]!["local"]!["dataMap"] = map;
        Synthesize(CdkConfiguration.Parse(json.ToJsonString()));
    }

    public string CloudAssembly => Path.Combine(output.FullName, "cdk.out");

    public void Dispose() => output.Delete(recursive: true);

    /// <summary>Has datastores' functions deployed with other properties than the app's.</summary>
    internal void ChangeDatastoreFunctions(Action<JsonObject> change)
    {
        foreach (var file in Directory.GetFiles(CloudAssembly, "*.template.json"))
        {
            var template = JsonNode.Parse(File.ReadAllText(file))!;
            foreach (var (_, resource) in template["Resources"]?.AsObject() ?? [])
                if (resource!["Properties"]?["Environment"]?["Variables"]?["DATASTORE"] is not null) change(resource["Properties"]!.AsObject());
            File.WriteAllText(file, template.ToJsonString());
        }
    }

    private void Synthesize(CdkConfiguration configuration)
    {
        var repository = Repository.Find();
        var context = new Dictionary<string, object>(configuration.Flags()) { ["environment"] = "local", ["functionCode"] = FunctionCode(repository.Root) };
        Deployment.Synthesize(new AppProps { Outdir = CloudAssembly, Context = context }, repository, configuration);
    }

    /// <summary>The output of the functions' project in the configuration these tests were built in.</summary>
    private static string FunctionCode(string repository)
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(repository, "functions", "bin", built.Parent!.Name, built.Name);
    }
}
