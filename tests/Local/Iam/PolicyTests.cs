using System.Text.Json.Nodes;
using ServerlessGdpr.Local.Hosting;
using ServerlessGdpr.Local.Iam;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Iam;

public sealed class PolicyTests
{
    private const string Table = "arn:aws:dynamodb:eu-west-1:000000000000:table/vault";

    private static readonly Access Get = new("dynamodb:GetItem", Table);

    [Theory]
    [InlineData("dynamodb:GetItem", true)]
    [InlineData("DynamoDB:getitem", true)]
    [InlineData("dynamodb:Get*", true)]
    [InlineData("dynamodb:?etItem", true)]
    [InlineData("*", true)]
    [InlineData("dynamodb:PutItem", false)]
    [InlineData("dynamodb:GetIte", false)]
    [InlineData("s3:*", false)]
    public void An_action_is_matched_whatever_its_case(string action, bool allowed) =>
        Allows(Get, $$"""{"Effect":"Allow","Action":"{{action}}","Resource":"*"}""").ShouldBe(allowed);

    [Theory]
    [InlineData(Table, true)]
    [InlineData("arn:aws:dynamodb:*:*:table/v*", true)]
    [InlineData("arn:aws:dynamodb:eu-west-1:000000000000:table/Vault", false)]
    [InlineData("arn:aws:dynamodb:eu-west-1:000000000000:table/vault/index/x", false)]
    [InlineData("arn:aws:dynamodb:*vault", false)]
    public void A_resource_is_matched_exactly_and_part_by_part(string resource, bool allowed) =>
        Allows(Get, $$"""{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":["arn:aws:s3:::other","{{resource}}"]}""").ShouldBe(allowed);

    [Fact]
    public void Nothing_is_allowed_that_no_statement_allows() => Allows(Get).ShouldBeFalse();

    [Fact]
    public void A_denial_outweighs_every_permission() => Allows(
        Get,
        """{"Effect":"Allow","Action":"*","Resource":"*"}""",
        $$"""{"Effect":"Deny","Action":"dynamodb:*","Resource":"{{Table}}"}""").ShouldBeFalse();

    [Theory]
    [InlineData("""{"Effect":"Allow","NotAction":"kms:*","Resource":"*"}""", true)]
    [InlineData("""{"Effect":"Allow","NotAction":"dynamodb:*","Resource":"*"}""", false)]
    [InlineData("""{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::*"}""", true)]
    [InlineData("""{"Effect":"Allow","Action":"*","NotResource":"arn:aws:dynamodb:*:*:table/vault"}""", false)]
    public void A_statement_may_say_what_it_is_not_about(string statement, bool allowed) => Allows(Get, statement).ShouldBe(allowed);

    [Theory]
    [InlineData("StringEquals", "dynamodb.eu-west-1.amazonaws.com", true)]
    [InlineData("StringEquals", "dynamodb.*", false)]
    [InlineData("StringEqualsIgnoreCase", "DynamoDB.eu-west-1.amazonaws.com", true)]
    [InlineData("StringLike", "dynamodb.*.amazonaws.com", true)]
    [InlineData("StringLike", "s3.*.amazonaws.com", false)]
    [InlineData("StringNotEquals", "s3.eu-west-1.amazonaws.com", true)]
    [InlineData("StringNotLike", "dynamodb.*", false)]
    public void A_condition_compares_text(string comparison, string value, bool allowed) =>
        Allows(Get.With("kms:ViaService", "dynamodb.eu-west-1.amazonaws.com"), When(comparison, "kms:ViaService", $"\"{value}\"")).ShouldBe(allowed);

    [Theory]
    [InlineData("StringEquals", "\"x\"", false)]
    [InlineData("StringEqualsIfExists", "\"x\"", true)]
    [InlineData("StringNotEquals", "\"x\"", true)]
    [InlineData("Null", "\"true\"", true)]
    [InlineData("Null", "\"false\"", false)]
    public void A_request_without_the_key_passes_only_some_conditions(string comparison, string value, bool allowed) =>
        Allows(Get, When(comparison, "kms:ViaService", value)).ShouldBe(allowed);

    [Theory]
    [InlineData("ForAllValues:StringLike", "orders#1 orders#2", true)]
    [InlineData("ForAllValues:StringLike", "orders#1 customers#2", false)]
    [InlineData("ForAllValues:StringLike", "orders", false)]
    [InlineData("ForAllValues:StringLike", "", true)]
    [InlineData("ForAnyValue:StringLike", "orders#1 customers#2", true)]
    [InlineData("ForAnyValue:StringLike", "customers#2", false)]
    [InlineData("ForAnyValue:StringLike", "", false)]
    public void Of_many_values_all_or_any_must_match(string comparison, string keys, bool allowed)
    {
        var access = keys.Length == 0 ? Get : Get.With("dynamodb:LeadingKeys", keys.Split(' '));

        Allows(access, When(comparison, "dynamodb:LeadingKeys", "\"orders#*\"")).ShouldBe(allowed);
    }

    [Theory]
    [InlineData("ArnLike", "arn:aws:iam::*:role/wor*", true)]
    [InlineData("ArnLike", "arn:aws:iam::*", false)]
    [InlineData("ArnNotEquals", "arn:aws:iam::000000000000:role/worker", false)]
    public void A_condition_compares_ARNs_part_by_part(string comparison, string value, bool allowed) =>
        Allows(Get, When(comparison, "aws:PrincipalArn", $"\"{value}\"")).ShouldBe(allowed);

    [Fact]
    public void Every_condition_of_a_statement_must_hold_and_any_value_of_each()
    {
        const string Statement = """
            {"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{
              "StringEquals":{"kms:EncryptionContext:datastore":["orders","uploads"],"aws:ResourceAccount":"000000000000"},"Bool":{"aws:SecureTransport":true}}}
            """;
        var decrypt = new Access("kms:Decrypt", "arn:aws:kms:eu-west-1:000000000000:key/1");

        Allows(decrypt.With("kms:EncryptionContext:datastore", "uploads"), Statement).ShouldBeTrue();
        Allows(decrypt.With("kms:EncryptionContext:datastore", "customers"), Statement).ShouldBeFalse();
        Allows(decrypt.With("kms:EncryptionContext:request", "orders"), Statement).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2026"}}}""", "DateGreaterThan")]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}""", "aws:PrincipalOrgID")]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NullIfExists":{"kms:ViaService":"true"}}}""", "NullIfExists")]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringLike":{"dynamodb:LeadingKeys":"a"}}}""", "ForAllValues")]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:PrincipalTag/x}"}""", "${aws:PrincipalTag/x}")]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}""", "Principal")]
    [InlineData("""{"Effect":"Allow","Action":"GetItem","Resource":"*"}""", "Action")]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}""", "Resource")]
    [InlineData("""{"Effect":"Allow","Action":"s3:*"}""", "Resource")]
    [InlineData("""{"Action":"s3:*","Resource":"*"}""", "Effect")]
    public void What_could_not_be_evaluated_is_refused_by_name(string statement, string told)
    {
        var refused = Should.Throw<AwsError>(() => Policy(statement));

        refused.Code.ShouldBe("MalformedPolicyDocument");
        refused.Message.ShouldContain(told);
    }

    [Fact]
    public void The_policies_of_a_role_count_together_and_one_can_be_replaced()
    {
        var (store, role) = Worker();
        role.Put(new IamPolicy("a", Document("""{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}""")));
        role.Put(new IamPolicy("b", Document("""{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*"}""")));
        var put = new Access("dynamodb:PutItem", Table);
        new Authorizer(store).Allows(role.Arn, Get).ShouldBeTrue();
        new Authorizer(store).Allows(role.Arn, put).ShouldBeTrue();

        role.Put(new IamPolicy("b", Document("""{"Effect":"Deny","Action":"dynamodb:PutItem","Resource":"*"}""")));

        new Authorizer(store).Allows(role.Arn, Get).ShouldBeTrue();
        new Authorizer(store).Allows(role.Arn, put).ShouldBeFalse();
    }

    [Fact]
    public void A_managed_policy_counts_for_the_roles_it_is_attached_to()
    {
        var (store, role) = Worker();
        store.AddManaged("arn:aws:iam::000000000000:policy/reader", Policy("""{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}"""));
        new Authorizer(store).Allows(role.Arn, Get).ShouldBeFalse();

        role.Attach("arn:aws:iam::000000000000:policy/reader");

        new Authorizer(store).Allows(role.Arn, Get).ShouldBeTrue();
    }

    [Theory]
    [InlineData("dynamodb", "AccessDeniedException", 400)]
    [InlineData("s3", "AccessDenied", 403)]
    public void A_denial_names_action_and_resource_in_the_services_own_words(string service, string code, int status)
    {
        var (store, role) = Worker();

        var denied = Should.Throw<AwsError>(() => new Authorizer(store).Require(role.Arn, Get, service));

        (denied.Code, denied.Status).ShouldBe((code, status));
        denied.Message.ShouldContain($"is not authorized to perform: dynamodb:GetItem on resource: {Table} because no identity-based policy allows");
    }

    private static bool Allows(Access access, params string[] statements)
    {
        var (store, role) = Worker();
        role.Put(Policy(statements));
        return new Authorizer(store).Allows(role.Arn, access);
    }

    private static (IamStore Store, IamRole Role) Worker()
    {
        var store = new IamStore();
        var role = new IamRole("worker", Arns.OfIam("role/worker"), []);
        store.Add(role);
        return (store, role);
    }

    private static string When(string comparison, string key, string value) =>
        $$$$"""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"{{{{comparison}}}}":{"{{{{key}}}}":{{{{value}}}}}}}""";

    private static IamPolicy Policy(params string[] statements) => new("policy", Document(statements));

    private static JsonObject Document(params string[] statements) =>
        new() { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray([.. statements.Select(statement => JsonNode.Parse(statement))]) };
}
