using Amazon.CDK;
using Constructs;

namespace ServerlessGdpr.Infra.Constructs;

internal static class Pinning
{
    /// <summary>Keeps a resource's logical id when constructs around it move: a new id would be a new, empty resource.</summary>
    public static T Pin<T>(this T construct, string logicalId) where T : Construct
    {
        ((CfnResource)construct.Node.DefaultChild!).OverrideLogicalId(logicalId);
        return construct;
    }
}
