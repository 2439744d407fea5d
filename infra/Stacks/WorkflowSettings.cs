using Amazon.CDK.AWS.Lambda;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Infra.Environments;

namespace ServerlessGdpr.Infra.Stacks;

/// <summary>What the workflow stack is built from.</summary>
public sealed record WorkflowSettings(DeploymentEnvironment Environment, DataMap Map, Code Code, StatefulStack Stores);
