using Amazon.CDK;
using ServerlessGdpr.Infra;
using ServerlessGdpr.Infra.Environments;

namespace ServerlessGdpr.Tests.EndToEnd;

/// <summary>The app as it is deployed locally, synthesized once for all tests around the functions that this build made.</summary>
public sealed class SynthesizedSystem : IDisposable
{
    private readonly DirectoryInfo output = Directory.CreateTempSubdirectory("serverless-gdpr-tests-");

    public SynthesizedSystem()
    {
        var repository = Repository.Find();
        var configuration = CdkConfiguration.Read(repository);
        var context = new Dictionary<string, object>(configuration.Flags()) { ["environment"] = "local", ["functionCode"] = FunctionCode(repository.Root) };
        Deployment.Synthesize(new AppProps { Outdir = CloudAssembly, Context = context }, repository, configuration);
    }

    public string CloudAssembly => output.FullName;

    public void Dispose() => output.Delete(recursive: true);

    /// <summary>The output of the functions' project in the configuration these tests were built in.</summary>
    private static string FunctionCode(string repository)
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(repository, "functions", "bin", built.Parent!.Name, built.Name);
    }
}
