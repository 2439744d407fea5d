using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Kms;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Kms;

public sealed class KmsResourcesTests : IDisposable
{
    private readonly KeyStore keys = new(TimeProvider.System);

    public void Dispose() => keys.Dispose();

    [Fact]
    public async Task A_template_makes_a_key_and_names_it()
    {
        var key = await Create("AWS::KMS::Key", new JsonObject { ["KeySpec"] = "HMAC_256", ["KeyUsage"] = "GENERATE_VERIFY_MAC", ["KeyPolicy"] = new JsonObject() });
        var alias = await Create("AWS::KMS::Alias", new JsonObject { ["AliasName"] = "alias/mac", ["TargetKeyId"] = key.Attributes["Arn"] });

        keys.Find(alias.Ref).Arn.ShouldBe(key.Attributes["Arn"]);
        keys.Find(key.Ref).Usage.ShouldBe("GENERATE_VERIFY_MAC");
    }

    [Fact]
    public async Task A_property_that_is_not_understood_is_refused()
    {
        var error = await Should.ThrowAsync<AwsError>(() => Create("AWS::KMS::Key", new JsonObject { ["Colour"] = "blue" }));

        error.Message.ShouldContain("AWS::KMS::Key.Colour (Key)");
    }

    private Task<CreatedResource> Create(string type, JsonObject properties) =>
        new KmsResources(keys).CreateAsync(new ResourceDefinition(type, "Key", "stack", "stack-Key-1", properties, null, ""), TestContext.Current.CancellationToken);
}
