using Amazon.CDK;
using ServerlessGdpr.Infra;
using ServerlessGdpr.Infra.Environments;

try
{
    using var temporary = new TemporaryFolder();
    var repository = Repository.Find();
    var configuration = CdkConfiguration.Read(repository);
    Deployment.Synthesize(new AppProps { Context = configuration.Flags() }, repository, configuration);
    return 0;
}
catch (SetupError error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
