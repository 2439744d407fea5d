using System.Security.Cryptography;
using System.Text;
using ServerlessGdpr.Local.Demo;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Demo;

public sealed class IdentifiersTests
{
    private static readonly Identifiers Ada = new("C-1042", "ada.lindqvist@example.com");

    [Theory]
    [InlineData("C-1042")]
    [InlineData("{\"customer_id\":\"C-1042\"}")]
    [InlineData("customers/C-1042/avatar.png")]
    [InlineData("<ada.lindqvist@example.com>.")]
    [InlineData("Ada.Lindqvist@Example.com")]
    [InlineData("key=ada.lindqvist%40example.com")]
    public void A_person_is_found_in_text(string text) => Ada.AreIn(text).ShouldBeTrue();

    [Theory]
    [InlineData("C-104")]
    [InlineData("C-10421")]
    [InlineData("AC-1042")]
    [InlineData("aaaaaaaa-bbbc-1042-8000-000000000000")]
    [InlineData("ada.lindqvist@example.com.au")]
    [InlineData("my.ada.lindqvist@example.com")]
    public void Another_person_is_not_taken_for_them(string text) => Ada.AreIn(text).ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("xy")]
    [InlineData("{\"email\":")]
    public void A_person_is_found_in_base64_wherever_they_stand(string before) =>
        Ada.AreIn(Convert.ToBase64String(Encoding.UTF8.GetBytes(before + "ada.lindqvist@example.com and more"))).ShouldBeTrue();

    [Fact]
    public void A_plain_hash_names_a_person_too() =>
        Ada.AreIn(Convert.ToHexString(SHA256.HashData("ada.lindqvist@example.com"u8))).ShouldBeTrue();
}
