using System.Text.Json;
using ServerlessGdpr.Local.Demo;
using Shouldly;
using Xunit;

namespace ServerlessGdpr.Tests.Local.Demo;

public sealed class ShopTests
{
    private static readonly Shop Shop = Shop.Create();

    [Fact]
    public void The_shop_is_the_same_at_every_start() =>
        JsonSerializer.Serialize(Shop.Create()).ShouldBe(JsonSerializer.Serialize(Shop));

    [Fact]
    public void Nobody_shares_an_identity()
    {
        Shop.People.Count.ShouldBe(300);
        Shop.People.Select(person => person.CustomerId).ShouldBeUnique();
        Shop.People.Select(person => person.Email).ShouldBeUnique();
        Shop.People.SelectMany(person => person.Orders).Select(order => order.OrderId).ShouldBeUnique();
    }

    [Fact]
    public void The_person_of_the_sample_event_has_records_everywhere_and_versions_of_them()
    {
        Shop.Subject.Email.ShouldBe("ada.lindqvist@example.com");
        Shop.Subject.Orders.ShouldNotBeEmpty();
        Shop.Subject.Uploads.ShouldContain(upload => upload.Versions.Count > 1);
        Shop.Subject.Uploads.ShouldContain(upload => upload.Deleted);
    }

    [Fact]
    public void Nobody_else_is_taken_for_the_person_of_the_sample_event()
    {
        var identifiers = Identifiers.Of(Shop.Subject);

        Shop.People.Where(person => person != Shop.Subject)
            .SelectMany(person => (string[])[person.CustomerId, person.Name, person.Email, person.Phone, person.Street, .. person.Uploads.SelectMany(upload => upload.Versions)])
            .ShouldAllBe(text => !identifiers.AreIn(text));
    }
}
