using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Iam.Requests;

/// <summary>RDS: descriptions, of what is named or else of everything of its kind.</summary>
internal sealed class RdsAccess : IRequestAccess
{
    /// <summary>The parameters that name a resource, the narrowest first, with the type as ARNs have it.</summary>
    private static readonly Dictionary<string, (string Parameter, string Type)[]> Resources = new(StringComparer.Ordinal)
    {
        ["DescribeDBInstances"] = [("DBInstanceIdentifier", "db")],
        ["DescribeDBSnapshots"] = [("DBSnapshotIdentifier", "snapshot"), ("DBInstanceIdentifier", "db")],
        ["DescribeDBClusters"] = [("DBClusterIdentifier", "cluster")],
        ["DescribeDBClusterSnapshots"] = [("DBClusterSnapshotIdentifier", "cluster-snapshot"), ("DBClusterIdentifier", "cluster")],
    };

    public string SigningName => "rds";

    public async Task<IReadOnlyList<Access>> ReadAsync(HttpContext context)
    {
        var (operation, parameters) = await QueryProtocol.ReadAsync(context);
        if (!Resources.TryGetValue(operation, out var resources)) throw RequestBody.Unknown(SigningName, operation);
        foreach (var (parameter, type) in resources)
        {
            if (parameters.GetValueOrDefault(parameter) is { } name) return [new Access($"rds:{operation}", ArnOf(type, name))];
        }

        return [new Access($"rds:{operation}", ArnOf(resources[0].Type, "*"))];
    }

    private static string ArnOf(string type, string nameOrArn) => nameOrArn.StartsWith("arn:", StringComparison.Ordinal) ? nameOrArn : Arns.Of("rds", $"{type}:{nameOrArn}");
}
