using Amazon.CDK;
using ServerlessGdpr.Infra;
using ServerlessGdpr.Infra.Environments;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

/// <summary>The app, synthesized once for all tests: locally, and as the example of a production environment.</summary>
public sealed class SynthesizedApp : IDisposable
{
    private readonly DirectoryInfo functionCode = Directory.CreateTempSubdirectory("serverless-gdpr-tests-");
    private readonly DirectoryInfo assembly = Directory.CreateTempSubdirectory("serverless-gdpr-tests-");

    public SynthesizedApp()
    {
        File.WriteAllText(Path.Combine(functionCode.FullName, "bootstrap"), "not really");
        File.WriteAllText(Path.Combine(functionCode.FullName, "bootstrap.dbg"), "symbols");
        Local = Synthesize("local");
        Production = Synthesize("prod");
    }

    public Assembly Local { get; }

    public Assembly Production { get; }

    public void Dispose()
    {
        functionCode.Delete(recursive: true);
        assembly.Delete(recursive: true);
    }

    private Assembly Synthesize(string environment)
    {
        var repository = Repository.Find();
        var configuration = CdkConfiguration.Read(repository);
        var directory = Path.Combine(assembly.FullName, environment);
        var context = new Dictionary<string, object>(configuration.Flags()) { ["environment"] = environment, ["functionCode"] = functionCode.FullName };
        Deployment.Synthesize(new AppProps { Outdir = directory, Context = context }, repository, configuration);
        return new Assembly(directory);
    }
}

[CollectionDefinition]
public sealed class SynthesizedAppCollection : ICollectionFixture<SynthesizedApp>;
