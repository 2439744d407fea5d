using Amazon.CDK;
using ServerlessGdpr.Infra.Assets;
using ServerlessGdpr.Infra.DataMaps;
using ServerlessGdpr.Infra.Environments;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra;

/// <summary>The stacks of one environment.</summary>
public static class Deployment
{
    private const string EndOfLifeWarning = "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION";

    /// <summary>The CDK has one Node process for all of this one, and mixes up the answers when two threads ask.</summary>
    private static readonly Lock OneAtATime = new();

    /// <summary>
    /// Writes the cloud assembly. <c>environment</c> and <c>functionCode</c> (default <c>artifacts/function</c>) come from the app's context.
    /// </summary>
    /// <exception cref="SetupError">The environment, the data map or the function code is missing or wrong.</exception>
    public static void Synthesize(AppProps props, Repository repository, CdkConfiguration configuration)
    {
        // Node 20 is enough for this app; jsii would fill the screen with the date on which it reached its end.
        if (System.Environment.GetEnvironmentVariable(EndOfLifeWarning) is null) System.Environment.SetEnvironmentVariable(EndOfLifeWarning, "20");

        lock (OneAtATime) Build(props, repository, configuration);
    }

    private static void Build(AppProps props, Repository repository, CdkConfiguration configuration)
    {
        var app = new App(props);
        var environment = configuration.Environment(app.Node.TryGetContext("environment") as string);
        var source = DataMapSource.Read(repository.Resolve(environment.DataMap), environment);
        var published = app.Node.TryGetContext("functionCode") as string ?? "artifacts/function";
        using var code = FunctionCode.Assemble(repository.Resolve(published), source.ToJson());

        Tags.Of(app).Add("application", "serverless-gdpr");
        if (environment.DemoShop) _ = new DemoShopStack(app, Props(environment));
        var stores = new StatefulStack(app, Props(environment), environment);
        _ = new WorkflowStack(app, Props(environment), new WorkflowSettings(environment, source.Map, code.Code, stores));
        foreach (var (account, region) in ForwarderStack.PlacesOf(environment)) _ = new ForwarderStack(app, environment, account, region);
        app.Synth();
    }

    private static StackProps Props(DeploymentEnvironment environment) => new()
    {
        Env = new Amazon.CDK.Environment { Account = environment.Account, Region = environment.Region },
        TerminationProtection = !environment.DemoShop,
    };
}
