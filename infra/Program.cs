using Amazon.CDK;
using ServerlessGdpr.Infra;
using ServerlessGdpr.Infra.Environments;

try
{
    var repository = Repository.Find();
    var configuration = CdkConfiguration.Read(repository);
    var app = new App(new AppProps { Context = configuration.Flags() });
    using var deployment = Deployment.Compose(app, repository, configuration);
    app.Synth();
    return 0;
}
catch (SetupError error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
