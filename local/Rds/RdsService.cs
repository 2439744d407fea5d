using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using ServerlessGdpr.Local.Hosting;

namespace ServerlessGdpr.Local.Rds;

/// <summary>RDS as far as descriptions go, of what is declared.</summary>
internal sealed class RdsService(RdsFixtures fixtures) : IAwsService
{
    private static readonly XNamespace Xmlns = "http://rds.amazonaws.com/doc/2014-10-31/";

    /// <summary>How the items of lists inside descriptions are called.</summary>
    private static readonly Dictionary<string, string> ItemNames = new(StringComparer.Ordinal)
    {
        ["TagList"] = "Tag",
        ["DBClusterMembers"] = "DBClusterMember",
        ["AvailabilityZones"] = "AvailabilityZone",
        ["VpcSecurityGroups"] = "VpcSecurityGroupMembership",
        ["ReadReplicaDBInstanceIdentifiers"] = "ReadReplicaDBInstanceIdentifier",
    };

    public string SigningName => "rds";

    public async Task HandleAsync(HttpContext context)
    {
        var (operation, parameters) = await QueryProtocol.ReadAsync(context);
        var kind = RdsKind.All.FirstOrDefault(kind => kind.Operation == operation) ?? throw AwsError.NotImplemented(SigningName, operation);
        var items = Find(kind, new JsonObject(parameters.Select(given => KeyValuePair.Create(given.Key, (JsonNode?)JsonValue.Create(given.Value)))));
        await QueryProtocol.WriteAsync(
            context, Xmlns, operation, [new XElement(Xmlns + kind.List, items.Select(item => Xml(kind.Item, item)))]);
    }

    public Task WriteErrorAsync(HttpContext context, AwsError error) => QueryProtocol.WriteErrorAsync(context, Xmlns, error);

    private static XElement Xml(string name, JsonNode? value) => value switch
    {
        JsonObject members => new XElement(Xmlns + name, members.Select(member => Xml(member.Key, member.Value))),
        JsonArray items => new XElement(Xmlns + name, items.Select(item => Xml(ItemName(name), item))),
        null => new XElement(Xmlns + name),
        _ when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => new XElement(Xmlns + name, value.GetValue<bool>()),
        _ => new XElement(Xmlns + name, value.ToString()),
    };

    private static string ItemName(string list) =>
        ItemNames.GetValueOrDefault(list) ?? throw AwsError.NotImplemented("rds", $"fixtures with the list {list}");

    private IEnumerable<JsonObject> Find(RdsKind kind, JsonObject parameters)
    {
        var request = new PropertyReader(kind.Operation, parameters, "InvalidParameterValue");
        request.WithoutLocalEffect("MaxRecords");
        IEnumerable<JsonObject> found = fixtures[kind.List];
        foreach (var filter in kind.Filters)
        {
            if (request.GetString(filter.Name) is not { } wanted) continue;
            found = found.Where(item => Equal(item[filter.Name], wanted) || (filter.Arn is not null && Equal(item[filter.Arn], wanted))).ToList();
            if (filter == kind.Filters[0] && !found.Any()) throw new AwsError(kind.Missing, $"{kind.Item} {wanted} not found.", 404);
        }

        request.RefuseOthers();
        return found;
    }

    private static bool Equal(JsonNode? member, string wanted) => string.Equals(member?.ToString(), wanted, StringComparison.OrdinalIgnoreCase);
}
