using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Scheduler;
using Constructs;

namespace ServerlessGdpr.Infra.Constructs;

/// <summary>Invokes a function over and over, with an empty input.</summary>
internal sealed class FunctionSchedule : Construct
{
    /// <param name="rate">As EventBridge Scheduler writes it: <c>rate(1 hour)</c>.</param>
    public FunctionSchedule(Construct scope, string id, LambdaFunction function, string rate, string description) : base(scope, id)
    {
        var role = new Role(this, "Role", new RoleProps
        {
            AssumedBy = new ServicePrincipal("scheduler.amazonaws.com", new ServicePrincipalOpts
            {
                Conditions = Conditions.Of("StringEquals", "aws:SourceAccount", Stack.Of(this).Account).ToDictionary(),
            }),
        });
        role.AddToPolicy(new PolicyStatement(new PolicyStatementProps { Actions = ["lambda:InvokeFunction"], Resources = [function.Arn] }));
        _ = new CfnSchedule(this, "Schedule", new CfnScheduleProps
        {
            Description = description,
            ScheduleExpression = rate,
            FlexibleTimeWindow = new CfnSchedule.FlexibleTimeWindowProperty { Mode = "OFF" },
            Target = new CfnSchedule.TargetProperty { Arn = function.Arn, RoleArn = role.RoleArn, Input = "{}" },
        });
    }
}
