using Amazon.CDK;
using ServerlessGdpr.Infra;
using ServerlessGdpr.Infra.Environments;

// The app runs on every Node from 20 on; jsii would fill the screen with the date on which one reaches its end.
const string EndOfLifeWarning = "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION";
if (System.Environment.GetEnvironmentVariable(EndOfLifeWarning) is null) System.Environment.SetEnvironmentVariable(EndOfLifeWarning, "20");

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
