using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ServerlessGdpr.Functions.Access;
using ServerlessGdpr.Functions.Access.Bundle;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;
using Shouldly;
using Xunit;
using static ServerlessGdpr.Tests.Bundle.ExportedSamples;

namespace ServerlessGdpr.Tests.Bundle;

public sealed class BundleWriterTests
{
    private readonly ExportedSamples samples = new();

    [Fact]
    public async Task Records_are_in_the_data_as_they_were_exported()
    {
        samples.Add("orders", [Record("""{"id":"O-1","price":12345678901234567890.123456789,"name":"Zoë 😀","lines":[{"n":1}]}""")]);

        var bundle = await PackedBundle.OfAsync(samples);

        bundle.Records("orders").ShouldHaveSingleItem()!.ToJsonString().ShouldContain("12345678901234567890.123456789");
        bundle.Text("data/orders.json").ShouldContain("Zoë");
        bundle.Files.Keys.ShouldBe(["data/orders.json", "index.html", "manifest.json"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("access")]
    [InlineData("portability")]
    public async Task Records_as_deep_as_a_datastore_may_have_them_are_in_the_bundle(string type)
    {
        const int Deepest = 64;
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", Deepest)) + "1" + new string('}', Deepest);
        samples.Add("logs", [Record(deep)], new ExportRules { Provided = [ExportRules.Everything] });

        var bundle = await PackedBundle.OfAsync(samples, type);

        string.Concat(bundle.Text("data/logs.json").Where(character => !char.IsWhiteSpace(character))).ShouldBe($"[{deep}]");
    }

    [Fact]
    public async Task Many_records_are_one_array_each_once()
    {
        const int Many = 200_000;
        samples.AddMany("orders", Many, number => Record($$"""{"id":{{number}}}"""));

        var bundle = await PackedBundle.OfAsync(samples);

        bundle.Records("orders").Select(record => (int)record!["id"]!).SequenceEqual(Enumerable.Range(0, Many)).ShouldBeTrue();
        bundle.Page.ShouldContain("Here are the first 1,000 of 200,000 records.");
        Count(bundle.Page, "<td>").ShouldBeInRange(1000, 1010);
        bundle.Page.ShouldContain("href=\"data/orders.json\"");
    }

    [Fact]
    public async Task Files_keep_their_names_as_far_as_they_are_safe_and_each_is_there_once()
    {
        samples.AddFiles("uploads", Text("letter.txt", "one"), Text("LETTER.txt", "two"), Text("../../etc/passwd", "three"));

        var bundle = await PackedBundle.OfAsync(samples);

        bundle.Files.Keys.Where(path => path.StartsWith("files/")).ShouldBe(
            ["files/uploads/letter.txt", "files/uploads/LETTER (2).txt", "files/uploads/.._.._etc_passwd".Replace("uploads/..", "uploads/")], ignoreOrder: true);
        bundle.Records("uploads").Select(record => bundle.Text((string)record!["file"]!)).ShouldBe(["one", "two", "three"]);
        bundle.Page.ShouldContain("href=\"files/uploads/LETTER%20%282%29.txt\"");
    }

    [Fact]
    public async Task The_manifest_is_the_last_file_and_knows_all_others()
    {
        samples.Add("orders", [Record("""{"id":1,"packed_by":null}""", "packed_by")], new ExportRules { Redact = ["packed_by"] }).AddFiles("uploads", Text("a.txt", "one"));

        var bundle = await PackedBundle.OfAsync(samples);

        bundle.Files.Keys.Last().ShouldBe("manifest.json");
        var manifest = JsonNode.Parse(bundle.Text("manifest.json"))!;
        manifest["files"]!.AsArray().Select(file => $"{file!["path"]} {file["size"]} {file["sha256"]}").ShouldBe(
            bundle.Files.Where(file => file.Key != "manifest.json").Select(file => $"{file.Key} {file.Value.Length} {Convert.ToHexStringLower(SHA256.HashData(file.Value))}"));
        bundle.Summary.Files.ShouldBe(bundle.Files.Count);
        bundle.Summary.ContentSize.ShouldBe(bundle.Files.Sum(file => file.Value.LongLength));
        manifest["datastores"]![0]!["leftOut"]!.AsArray().Select(path => (string?)path).ShouldBe(["packed_by"]);
    }

    [Fact]
    public async Task The_page_says_what_the_law_asks_for_and_whom_to_ask()
    {
        samples.Add("orders", [Record("""{"id":1}""")], processing: new()
        {
            Title = "Your orders",
            Purposes = ["To deliver", "To keep accounts"],
            Categories = ["Purchases"],
            Recipients = ["Parcel services"],
            Retention = "Ten years",
            Source = "You, when you ordered",
            AutomatedDecisions = "Credit is refused above a score",
            Transfers = "To the United States, under standard clauses",
        });

        var page = (await PackedBundle.OfAsync(samples)).Page;

        foreach (var said in new[]
                 {
                     "To deliver", "To keep accounts", "Purchases", "Parcel services", "Ten years", "You, when you ordered", "Credit is refused above a score",
                     "To the United States, under standard clauses", "privacy@shop.example.com", "Data Protection Commission", "Art. 16", "Art. 17", "Art. 18", "Art. 20", "Art. 21", "30 November 2026",
                 })
            page.ShouldContain(said);
    }

    [Fact]
    public async Task What_was_left_out_about_others_is_said_where_it_was()
    {
        samples.Add("orders", [Record("""{"id":1,"packed_by":null,"note":null}""", "packed_by")]);

        var page = (await PackedBundle.OfAsync(samples)).Page;

        page.ShouldContain("1 value about other people was left out");
        Count(page, "left out because it is about another person").ShouldBe(1);
        Count(page, "not given").ShouldBe(1);
    }

    [Fact]
    public async Task What_is_missing_is_said_first_and_why()
    {
        samples.Add("orders", [Record("""{"id":1}""")])
            .AddMissing("tickets", Outcomes.Unreachable, null, "customer_id")
            .AddMissing("notes", TaskOutcomes.Closed, "rights_of_others");

        var page = (await PackedBundle.OfAsync(samples)).Page;

        page.ShouldContain("This bundle is not complete");
        page.ShouldContain("It needs one of these: customer id.");
        page.ShouldContain("for this reason: rights of others.");
    }

    [Theory]
    [InlineData("access")]
    [InlineData("portability")]
    public async Task Records_that_are_not_as_many_as_were_exported_are_no_bundle(string type)
    {
        var everything = new ExportRules { Provided = [ExportRules.Everything] };
        samples.Add("orders", [Record("""{"id":1}"""), Record("""{"id":2}""")], everything).Change(task => task with { Found = 3 });

        await Should.ThrowAsync<ExportInconsistent>(() => PackedBundle.OfAsync(samples, type));
    }

    [Fact]
    public async Task What_could_not_be_read_of_logs_is_said_first_too()
    {
        samples.Add("logs", []).Change(task => task with { Evidence = Unread("2", "1") })
            .Add("visits", [Record("""{"id":1}""")]).Change(task => task with { Evidence = Unread("0", "1") })
            .Add("calls", [Record("""{"id":1}""")]).Change(task => task with { Evidence = Unread("0", "0") });

        var bundle = await PackedBundle.OfAsync(samples);

        bundle.Page.ShouldContain("Not everything could be read:");
        bundle.Page.ShouldContain("2 lines and 1 file could not be read, and may be about you.");
        Count(bundle.Page, "may be about you").ShouldBe(2);
        bundle.Page.ShouldNotContain("Nothing is held about you here.");
        JsonNode.Parse(bundle.Text("manifest.json"))!["datastores"]!.AsArray().Select(datastore => (long)datastore!["unread"]!).ShouldBe([3, 1, 0]);

        static Dictionary<string, string> Unread(string lines, string objects) => new() { ["unreadableLines"] = lines, ["otherObjects"] = objects };
    }

    [Fact]
    public async Task Nothing_held_is_a_bundle_that_says_so()
    {
        samples.Add("orders", []);
        samples.Erasures.Add(new(new(2026, 10, 1, 8, 0, 0, TimeSpan.Zero), RequestStatuses.Completed, [new DatastoreOutcome { Datastore = "orders", Outcome = "erased", Erased = 8 }], new(2026, 11, 10)));

        var bundle = await PackedBundle.OfAsync(samples);

        bundle.Files.Keys.ShouldBe(["index.html", "manifest.json"]);
        bundle.Page.ShouldContain("Nothing about you was found");
        bundle.Page.ShouldContain("8 records were erased");
        bundle.Page.ShouldContain("The last one is gone by <time datetime=\"2026-11-10\">10 November 2026</time>.");
    }

    [Fact]
    public async Task Portability_has_what_the_person_provided_as_data_and_as_tables_and_no_page()
    {
        var rules = new ExportRules { Provided = ["id", "address.city", "lines.article"] };
        samples.Add("orders", [Record("""{"id":1,"score":7,"address":{"city":"Graz","geo":"x"},"lines":[{"article":"Tent","margin":3}]}""")], rules).Add("scores", [Record("""{"score":7}""")]);

        var bundle = await PackedBundle.OfAsync(samples, "portability");

        bundle.Files.Keys.ShouldBe(["data/orders.json", "data/orders.csv", "manifest.json"]);
        bundle.Records("orders").ShouldHaveSingleItem()!.ToJsonString().ShouldBe("""{"id":1,"address":{"city":"Graz"},"lines":[{"article":"Tent"}]}""");
        bundle.Text("data/orders.csv").Split("\r\n")[0].TrimStart('\uFEFF').ShouldBe("id,address.city,lines");
    }

    [Fact]
    public async Task Files_are_portable_only_where_everything_is()
    {
        samples.AddFiles("uploads", Text("a.txt", "one"));
        (await PackedBundle.OfAsync(samples, "portability")).Files.Keys.ShouldContain("files/uploads/a.txt");
    }

    [Theory]
    [InlineData("portability", 8)]
    [InlineData("access", 0)]
    public async Task Files_are_packed_for_programs_that_read_one_pass_where_the_bundle_is_for_programs(string type, int method)
    {
        samples.AddFiles("uploads", Text("a.txt", new string('a', 1000)));
        using var bytes = new MemoryStream();
        await PackedBundle.WriteAsync(samples, bytes, type);

        var zip = bytes.ToArray();
        var name = zip.AsSpan().IndexOf("files/uploads/a.txt"u8);
        BitConverter.ToUInt16(zip, name - 30 + 8).ShouldBe((ushort)method);
    }

    [Fact]
    public async Task A_datastore_without_anything_that_the_person_provided_is_not_portable()
    {
        samples.Add("orders", [Record("""{"score":7}"""), Record("""{"address":null,"lines":["x"]}""")], new ExportRules { Provided = ["id", "address.city"] });

        (await PackedBundle.OfAsync(samples, "portability")).Files.Keys.ShouldBe(["manifest.json"]);
    }

    [Fact]
    public async Task What_a_list_holds_besides_provided_fields_is_not_portable()
    {
        samples.Add("orders", [Record("""{"lines":["x",{"article":"Tent","margin":3},null],"address":"one line"}""")], new ExportRules { Provided = ["lines.article", "address.city"] });

        (await PackedBundle.OfAsync(samples, "portability")).Records("orders").ShouldHaveSingleItem()!.ToJsonString().ShouldBe("""{"lines":[{"article":"Tent"}]}""");
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
