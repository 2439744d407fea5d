using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGdpr.Local.StepFunctions.Sdk;
using ServerlessGdpr.Tests.Support;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.StepFunctions;

/// <summary>AWS SDK integrations: actions, members and errors are spelled as AWS spells them.</summary>
public sealed class SdkNamesTests
{
    public static TheoryData<string> Modelled => ["dynamodb", "s3", "sqs", "eventbridge", "sfn"];

    public static TheoryData<string> Workflows => [.. Directory.EnumerateFiles(Repository.PathOf("infra", "workflows"), "*.asl.json").Select(file => Path.GetFileName(file))];

    [Theory]
    [InlineData("DBInstanceIdentifier", "DbInstanceIdentifier")]
    [InlineData("DBInstances", "DbInstances")]
    [InlineData("DBClusterSnapshotIdentifier", "DbClusterSnapshotIdentifier")]
    [InlineData("DbiResourceId", "DbiResourceId")]
    [InlineData("KMSMasterKeyArn", "KmsMasterKeyArn")]
    [InlineData("SSEDescription", "SseDescription")]
    [InlineData("IAMDatabaseAuthenticationEnabled", "IamDatabaseAuthenticationEnabled")]
    [InlineData("MultiAZ", "MultiAZ")]
    [InlineData("ETag", "ETag")]
    [InlineData("ACL", "Acl")]
    [InlineData("Iops", "Iops")]
    [InlineData("MD5OfMessageBody", "Md5OfMessageBody")]
    [InlineData("executionArn", "ExecutionArn")]
    [InlineData("BOOL", "Bool")]
    [InlineData("NULL", "Nul")]
    [InlineData("SS", "Ss")]
    [InlineData("S", "S")]
    [InlineData("M", "M")]
    public void A_member_is_spelled_as_the_SDK_for_Java_spells_it(string wire, string name) => JavaNames.Member(wire).ShouldBe(name);

    [Theory]
    [InlineData("DBInstanceNotFound", "DbInstanceNotFoundException")]
    [InlineData("DBSnapshotNotFound", "DbSnapshotNotFoundException")]
    [InlineData("DBClusterNotFoundFault", "DbClusterNotFoundException")]
    [InlineData("DBClusterSnapshotNotFoundFault", "DbClusterSnapshotNotFoundException")]
    [InlineData("InvalidDBInstanceState", "InvalidDbInstanceStateException")]
    [InlineData("InvalidDBClusterStateFault", "InvalidDbClusterStateException")]
    [InlineData("KMSKeyNotAccessibleFault", "KmsKeyNotAccessibleException")]
    [InlineData("TableNotFoundException", "TableNotFoundException")]
    [InlineData("RequestLimitExceeded", "RequestLimitExceededException")]
    [InlineData("NoSuchBucket", "NoSuchBucketException")]
    [InlineData("QueueDoesNotExist", "QueueDoesNotExistException")]
    public void An_error_is_spelled_as_the_SDK_for_Java_spells_it(string code, string name) => JavaNames.Error(code).ShouldBe(name);

    /// <summary>RDS, Backup and SNS have no model here.</summary>
    [Theory]
    [MemberData(nameof(Modelled))]
    public void Every_action_and_member_is_one_of_AWSs_own(string service)
    {
        var model = AwsModel.Of(service);
        var operations = SdkOperations.All.Where(operation => operation.Service.Name == service).ToArray();

        operations.ShouldNotBeEmpty();
        foreach (var operation in operations)
        {
            var members = model.Request(char.ToUpperInvariant(operation.Action[0]) + operation.Action[1..]);
            operation.Parameters.Select(parameter => parameter.Wire).ShouldBeSubsetOf(members.Keys, operation.Action);
            var required = members.Where(member => member.Value.Required).Select(member => member.Key);
            operation.Parameters.Where(parameter => parameter.Required).Select(parameter => parameter.Wire).ShouldBe(required, ignoreOrder: true, operation.Action);
        }

        operations[0].Service.Errors.Except(["ValidationException"]).ShouldBeSubsetOf(model.Errors);
    }

    /// <summary>A name that no service has would never match, and nobody would notice before the day it is needed.</summary>
    [Theory]
    [MemberData(nameof(Workflows))]
    public void The_errors_that_a_workflow_waits_for_are_errors_of_the_services(string file)
    {
        var text = Regex.Replace(File.ReadAllText(Repository.PathOf("infra", "workflows", file)), @"""\$\{\w+\}""", "{}", RegexOptions.None, TimeSpan.FromSeconds(5));
        var known = SdkOperations.All.Select(operation => operation.Service).Distinct()
            .SelectMany(service => service.Errors.Select(code => $"{service.ErrorPrefix}.{JavaNames.Error(code)}").Append($"{service.ErrorPrefix}.{service.ErrorPrefix}Exception"));

        Names(JsonNode.Parse(text)!).Where(name => name.Contains('.') && !name.StartsWith("States.", StringComparison.Ordinal) && !name.StartsWith("Lambda.", StringComparison.Ordinal))
            .ShouldBeSubsetOf(known);
        Names(JsonNode.Parse(text)!).Where(name => name.StartsWith("States.", StringComparison.Ordinal)).ShouldBeSubsetOf(["States.ALL", "States.Timeout", "States.TaskFailed"]);
    }

    private static IEnumerable<string> Names(JsonNode node) => node switch
    {
        JsonObject members => members.Where(member => member.Value is not null).SelectMany(member =>
            member.Key == "ErrorEquals" ? member.Value!.AsArray().Select(name => name!.GetValue<string>()) : Names(member.Value!)),
        JsonArray items => items.OfType<JsonNode>().SelectMany(Names),
        _ => [],
    };
}
