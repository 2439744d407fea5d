using System.Text.Json.Nodes;
using ServerlessGdpr.Infra;
using ServerlessGdpr.Infra.DataMaps;
using ServerlessGdpr.Infra.Environments;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Infra;

public sealed class DataMapSourceTests : IDisposable
{
    private static readonly DeploymentEnvironment Environment = new() { Account = "000000000000", Region = "eu-west-1", DataMap = "datastores.json" };
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("serverless-gdpr-tests-");
    private readonly JsonNode demo = JsonNode.Parse(File.ReadAllText(Repository.Find().Resolve("infra/datastores.json")))!;

    private JsonObject Customers => demo["datastores"]![0]!.AsObject();

    private JsonObject Uploads => demo["datastores"]![2]!.AsObject();

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void The_demos_data_map_is_valid() => Read().Map.Datastores.Select(entry => entry.Name).ShouldBe(["customers", "orders", "uploads"]);

    [Fact]
    public void A_missing_property_is_named_with_its_entry()
    {
        Uploads["keys"]![0]!.AsObject().Remove("keyTemplate");

        Error().ShouldContain("datastores[2] \"uploads\": keys[0].keyTemplate is missing");
    }

    [Fact]
    public void An_unknown_property_is_named_with_its_entry()
    {
        Customers["recordtime"] = "created";

        Error().ShouldContain("datastores[0] \"customers\": recordtime is unknown");
    }

    [Fact]
    public void A_property_of_another_kind_is_unknown()
    {
        Uploads["indexPauseSeconds"] = 5;

        Error().ShouldContain("datastores[2] \"uploads\": indexPauseSeconds is unknown");
    }

    [Fact]
    public void A_kind_that_does_not_exist_is_named_with_those_that_do()
    {
        Customers["kind"] = "mongodb";

        Error().ShouldContain("datastores[0] \"customers\": kind must be one of dynamodb, s3, s3-logs");
    }

    [Fact]
    public void Logs_are_searched_for_at_least_as_long_as_they_live()
    {
        demo["datastores"]!.AsArray().Add(Logs(days: 29));

        Error().ShouldContain("logs: days must not be fewer than those of the action");

        demo["datastores"]!.AsArray()[^1] = Logs(days: 30);
        Read().Map.Datastores[^1].Action.Days.ShouldBe(30);
    }

    [Fact]
    public void An_entry_without_a_name_is_told_by_its_place()
    {
        Uploads.Remove("name");

        Error().ShouldContain("datastores[2]: name is missing");
    }

    [Fact]
    public void A_name_that_would_blur_the_vaults_partitions_is_refused()
    {
        Uploads["name"] = "Up#loads";

        Error().ShouldContain("datastores[2] \"Up#loads\": name must match");
    }

    [Fact]
    public void A_location_of_another_kind_is_refused()
    {
        Customers["location"] = "arn:aws:s3:::shop-uploads";

        Error().ShouldContain("datastores[0] \"customers\": location must match");
    }

    [Fact]
    public void A_fault_deep_inside_is_named_with_its_path()
    {
        Customers["keys"]![0]!["partitionKey"]!["type"] = "B";

        Error().ShouldContain("datastores[0] \"customers\": keys[0].partitionKey.type must be one of S, N");
    }

    [Theory]
    [InlineData("*")]
    [InlineData("ab*")]
    [InlineData("")]
    public void A_pattern_of_copies_that_is_everybodys_is_refused(string pattern)
    {
        Customers["backups"] = new JsonObject { ["restoredNamePattern"] = pattern };

        Error().ShouldContain("datastores[0] \"customers\": backups.restoredNamePattern must match");
    }

    [Fact]
    public void A_pattern_of_copies_that_is_a_registered_name_is_refused()
    {
        Customers["backups"] = new JsonObject { ["restoredNamePattern"] = "shop-*" };

        Error().ShouldContain("customers: backups.restoredNamePattern is also the name of orders, which is registered");
    }

    [Fact]
    public void A_fault_outside_the_entries_is_named_with_its_path()
    {
        demo["identityTypes"]!["email"]!["lowercase"] = true;

        Error().ShouldContain("identityTypes.email.lowercase is unknown");
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        Customers.Remove("action");
        Uploads["backupRetentionDays"] = -1;

        Error().ShouldSatisfyAllConditions(
            error => error.ShouldContain("datastores[0] \"customers\": action is missing"),
            error => error.ShouldContain("datastores[2] \"uploads\": backupRetentionDays must be at least 0"));
    }

    [Fact]
    public void What_only_the_whole_map_shows_is_told_too()
    {
        Uploads["after"] = new JsonArray("customers");

        Error().ShouldContain("uploads: it comes after itself");
    }

    [Fact]
    public void A_role_in_another_account_is_refused_as_long_as_the_functions_cannot_assume_it()
    {
        Uploads["role"] = "arn:aws:iam::444455556666:role/erasure";

        Error().ShouldContain("datastores[2] \"uploads\": role is not supported yet");
    }

    [Theory]
    [InlineData("arn:aws:dynamodb:eu-west-1:444455556666:table/shop-customers", "location is in account 444455556666, and this environment in 000000000000")]
    [InlineData("arn:aws:dynamodb:us-east-1:000000000000:table/shop-customers", "location is in us-east-1, and this environment in eu-west-1")]
    public void A_datastore_elsewhere_is_refused(string location, string message)
    {
        Customers["location"] = location;

        Error().ShouldContain($"datastores[0] \"customers\": {message}");
    }

    [Theory]
    [InlineData("{", "It is not JSON")]
    [InlineData("{}", "datastores is missing")]
    [InlineData("[]", "the file is wrong")]
    public void A_file_that_is_no_data_map_is_refused(string text, string message) => Error(text).ShouldContain(message);

    private JsonObject Logs(int days)
    {
        var logs = Uploads.DeepClone().AsObject();
        foreach (var property in new[] { "backups", "keys", "action" }) logs.Remove(property);
        logs["name"] = "logs";
        logs["kind"] = "s3-logs";
        logs["prefix"] = "logs/{yyyy}/{MM}/{dd}/";
        logs["days"] = days;
        logs["action"] = new JsonObject { ["kind"] = "expire", ["days"] = 30 };
        logs["keys"] = new JsonArray(new JsonObject { ["identityType"] = "customer_id", ["field"] = "user.id" });
        return logs;
    }

    private string Error(string? text = null) => Should.Throw<SetupError>(() => Read(text)).Message;

    private DataMapSource Read(string? text = null)
    {
        var path = Path.Combine(directory.FullName, "datastores.json");
        File.WriteAllText(path, text ?? demo.ToJsonString());
        return DataMapSource.Read(path, Environment);
    }
}
