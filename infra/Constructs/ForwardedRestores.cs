using Amazon.CDK;
using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.IAM;
using Constructs;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Lets other accounts put what AWS tells them of restores on the default bus, and nothing else. This account's other regions need no leave.</summary>
internal sealed class ForwardedRestores : Construct
{
    public ForwardedRestores(Construct scope, IEnumerable<string> accounts) : base(scope, "ForwardedRestores")
    {
        var stack = Stack.Of(this);
        foreach (var account in accounts.Where(account => account != stack.Account).Distinct())
        {
            var statement = new PolicyStatement(new PolicyStatementProps
            {
                Sid = $"Restores{account}",
                Principals = [new AccountPrincipal(account)],
                Actions = ["events:PutEvents"],
                Resources = [stack.FormatArn(new ArnComponents { Service = "events", Resource = "event-bus", ResourceName = "default" })],
                Conditions = new Conditions(
                    ("ForAllValues:StringEquals", "events:source", RestoreRules.Sources),
                    ("Null", "events:source", ["false"])).ToDictionary(),
            });
            _ = new CfnEventBusPolicy(this, account, new CfnEventBusPolicyProps
            {
                EventBusName = "default",
                StatementId = $"Restores{account}",
                Statement = statement.ToStatementJson(),
            });
        }
    }
}
