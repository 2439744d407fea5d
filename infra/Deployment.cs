using Amazon.CDK;
using ServerlessGdpr.Infra.Assets;
using ServerlessGdpr.Infra.DataMaps;
using ServerlessGdpr.Infra.Environments;
using ServerlessGdpr.Infra.Stacks;

namespace ServerlessGdpr.Infra;

/// <summary>The stacks of one environment. It lives until the app is synthesized: CDK reads the assembled function code until then.</summary>
public sealed class Deployment : IDisposable
{
    private readonly FunctionCode code;

    private Deployment(FunctionCode code) => this.code = code;

    /// <summary>
    /// Reads <c>environment</c> and <c>functionCode</c> (default <c>artifacts/function</c>) from the app's context.
    /// </summary>
    /// <exception cref="SetupError">The environment, the data map or the function code is missing or wrong.</exception>
    public static Deployment Compose(App app, Repository repository, CdkConfiguration configuration)
    {
        var environment = configuration.Environment(app.Node.TryGetContext("environment") as string);
        var source = DataMapSource.Read(repository.Resolve(environment.DataMap), environment);
        var published = app.Node.TryGetContext("functionCode") as string ?? "artifacts/function";
        var assembled = FunctionCode.Assemble(repository.Resolve(published), source.ToJson());

        Tags.Of(app).Add("application", "serverless-gdpr");
        if (environment.DemoShop) _ = new DemoShopStack(app, Props(environment));
        var stores = new StatefulStack(app, Props(environment), source.Map);
        _ = new WorkflowStack(app, Props(environment), new WorkflowSettings(environment, source.Map, assembled.Code, stores));
        return new Deployment(assembled);
    }

    public void Dispose() => code.Dispose();

    private static StackProps Props(DeploymentEnvironment environment) => new()
    {
        Env = new Amazon.CDK.Environment { Account = environment.Account, Region = environment.Region },
        TerminationProtection = !environment.DemoShop,
    };
}
