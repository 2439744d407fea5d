using Amazon.DynamoDBv2.Model;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Vault;
using Shouldly;
using Xunit;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessGdpr.Tests.Datastores.DynamoDb;

public sealed class DynamoDbExportTests
{
    private readonly Faults faults = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_type_becomes_JSON_the_key_comes_first_and_the_others_follow_by_name()
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults);
        await PutAsync(table, "sk", new Item
        {
            ["zwölf"] = new() { S = "Ünïcode \U0001F600 \"quoted\"" },
            ["absent"] = new() { NULL = true },
            ["binary"] = new() { B = new MemoryStream([0, 255, 1]) },
            ["flag"] = new() { BOOL = false },
            ["empty"] = new() { S = "" },
            ["list"] = new() { L = [new() { N = "1" }, new() { S = "two" }, new() { M = new Item { ["b"] = new() { N = "2" }, ["a"] = new() { NULL = true } } }, new() { L = [], IsLSet = true }] },
            ["map"] = new() { M = [], IsMSet = true },
            ["numbers"] = new() { NS = ["3", "1.50"] },
            ["texts"] = new() { SS = ["x", "y"] },
            ["binaries"] = new() { BS = [new MemoryStream([7])] },
        });

        var exported = (await ExportAsync(table)).ShouldHaveSingleItem().Data;

        exported.Select(field => field.Key).ShouldBe(["pk", "sk", "absent", "binaries", "binary", "empty", "flag", "list", "map", "numbers", "texts", "zwölf"]);
        exported["zwölf"]!.GetValue<string>().ShouldBe("Ünïcode \U0001F600 \"quoted\"");
        exported.Remove("zwölf");

        // A set has no order.
        exported["numbers"]!.AsArray().Select(number => number!.ToJsonString()).ShouldBe(["1.5", "3"], ignoreOrder: true);
        exported["texts"]!.AsArray().Select(text => text!.ToJsonString()).ShouldBe(["\"x\"", "\"y\""], ignoreOrder: true);
        exported.Remove("numbers");
        exported.Remove("texts");
        exported.ToJsonString().ShouldBe(
            """{"pk":"1","sk":"sk","absent":null,"binaries":["Bw=="],"binary":"AP8B","empty":"","flag":false,"list":[1,"two",{"a":null,"b":2},[]],"map":{}}""");
    }

    [Theory]
    [InlineData("12345678901234567890123456789012345678")]
    [InlineData("-0.00000000000000000000000000000000000012345678901234567890123456789012345678")]
    [InlineData("9.9999999999999999999999999999999999999E+125")]
    [InlineData("1E-130")]
    [InlineData("0.1")]
    [InlineData("0")]
    public async Task A_number_keeps_every_digit_that_DynamoDB_gives(string number)
    {
        await using var table = await TestTable.CreateAsync(Layout.Partition, faults);
        await PutAsync(table, "sk", new Item { ["n"] = new() { N = number } });
        var given = (await table.Client.GetItemAsync(table.Name, Key("sk"), Cancellation)).Item["n"].N;

        (await ExportAsync(table)).ShouldHaveSingleItem().Data["n"]!.ToJsonString().ShouldBe(given);
    }

    [Fact]
    public async Task An_item_that_two_identities_reach_is_exported_once()
    {
        await using var table = await TestTable.CreateAsync(Layout.Index, faults, change: entry => entry with
        {
            Keys =
            [
                new KeyMapping { IdentityType = "email", Index = "by-person", PartitionKey = new KeyAttribute { Name = "customer" } },
                new KeyMapping { IdentityType = "customer_id", PartitionKey = new KeyAttribute { Name = "pk" } },
                new KeyMapping { IdentityType = "phone", Index = "by-person", PartitionKey = new KeyAttribute { Name = "customer" } },
            ],
        });
        await PutAsync(table, "both", new Item { ["customer"] = new() { S = "ada@x" } });
        await PutAsync(table, "key only", new Item { ["customer"] = new() { S = "else@x" } });
        await PutAsync(table, "index only", new Item { ["customer"] = new() { S = "ada@x" } }, person: "2");
        await PutAsync(table, "phone only", new Item { ["customer"] = new() { S = "555" } }, person: "2");
        var sink = new MemorySink();
        IReadOnlyList<Subject> person = [new("vault/1", [new Identity("customer_id", "1", "raw"), new Identity("email", "ada@x", "raw"), new Identity("phone", "555", "raw")])];

        await table.Open().ExportAsync(person, null, sink, Cancellation);

        sink.Records.Select(record => record.Data["sk"]!.GetValue<string>()).ShouldBe(["both", "key only", "index only", "phone only"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("Partition")]
    [InlineData("Index")]
    public async Task Pages_that_are_cut_after_every_call_make_the_same_export_in_the_same_order(string layout)
    {
        await using var table = await TestTable.CreateAsync(Enum.Parse<Layout>(layout), faults);
        await table.SeedAsync("10", 2);
        for (var item = 0; item < 250; item++)
        {
            var large = table.NewItem("1");
            large["large"] = new AttributeValue { S = new string('x', 20_000) };
            await table.Client.PutItemAsync(table.Name, large, Cancellation);
        }

        var whole = await ExportAsync(table);
        var sink = new MemorySink();
        string? resume = null;
        var calls = 0;
        do
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            faults.Reset();
            faults.After = async (number, _, answer) =>
            {
                if (number == 4) await deadline.CancelAsync();
                return answer;
            };
            resume = (await table.Open().ExportAsync(Subjects.Of("1"), resume, sink, deadline.Token)).Resume;
            calls++.ShouldBeLessThan(100);
        }
        while (resume is not null);

        calls.ShouldBeGreaterThan(2);
        whole.Count.ShouldBe(250);
        sink.Records.Select(record => record.Data.ToJsonString()).ShouldBe(whole.Select(record => record.Data.ToJsonString()));
    }

    private async Task<IReadOnlyList<ExportedRecordAndFile>> ExportAsync(TestTable table)
    {
        var sink = new MemorySink();
        faults.Reset();
        (await table.Open().ExportAsync(Subjects.Of("1"), null, sink, Cancellation)).Resume.ShouldBeNull();
        return sink.Records;
    }

    private static Task<PutItemResponse> PutAsync(TestTable table, string sort, Item attributes, string person = "1") =>
        table.Client.PutItemAsync(table.Name, new Item(attributes.Concat(Key(sort, person))), Cancellation);

    private static Item Key(string sort, string person = "1") => new() { ["pk"] = new() { S = person }, ["sk"] = new() { S = sort } };
}
