using ServerlessGdpr.Functions.Access.Bundle;
using ServerlessGdpr.Functions.Datastores;
using ServerlessGdpr.Functions.Requests;
using ServerlessGdpr.Tests.Support;
using static ServerlessGdpr.Tests.Bundle.ExportedSamples;

namespace ServerlessGdpr.Tests.Bundle;

/// <summary>A customer of the sample data map's shop, and what the shop has of them.</summary>
internal static class SamplePerson
{
    public static ExportedSamples Exports()
    {
        var map = DataMapFile.Load(Repository.PathOf("infra", "datastores.json"));
        var samples = new ExportedSamples()
            .Add(Entry("customers"), [Record("""{"customer_id":"C-1042","name":"Zoë Müller","email":"zoe@example.com","phone":"+43 316 5550123","address":{"street":"Am Anger 12","city":"8010 Graz"},"newsletter":true,"birthday":null}""")])
            .Add(Entry("orders"),
            [
                Record("""{"order_id":"O-20931","email":"zoe@example.com","ship_to_name":"Zoë Müller","ship_to_address":"Am Anger 12, 8010 Graz","ship_to_phone":"+43 316 5550123","placed_on":"2026-09-14T08:12:44Z","lines":[{"article":"Tent for two","quantity":1,"price":249.9},{"article":"Camping mat","quantity":2,"price":39.5}],"packed_by":null}""", "packed_by"),
                Record("""{"order_id":"O-21377","email":"zoe@example.com","ship_to_name":"Zoë Müller","ship_to_address":"Am Anger 12, 8010 Graz","ship_to_phone":null,"placed_on":"2026-10-30T17:03:09Z","lines":[{"article":"Gas cartridge","quantity":3,"price":7.95}],"packed_by":null}""", "packed_by"),
            ])
            .AddFiles(Entry("uploads"), Text("My picture.jpg", "a picture"), Text("Rechnung Zelt – Rückgabe.pdf", "an invoice"))
            .Add("newsletter", [.. Enumerable.Range(1, 4).Select(number => Record($$"""{"sent_on":"2026-0{{number + 4}}-01","subject":"News of month {{number + 4}}","opened":{{(number % 2 == 0 ? "true" : "false")}}}"""))], processing: new Processing
            {
                Title = "Newsletters you were sent",
                Purposes = ["To tell you about offers, because you agreed to it"],
                Categories = ["Which newsletters you were sent, and which of them you opened"],
                Recipients = ["The company that sends our newsletters"],
                Retention = "Two years",
                Source = "Our newsletter program",
                AutomatedDecisions = "Offers are chosen by what you ordered before. You can object at any time.",
                Transfers = "To the United States, under the EU-US Data Privacy Framework",
            })
            .AddMissing("tickets", Outcomes.Unreachable, null, "support_login")
            .AddMissing("notes", TaskOutcomes.Closed, "rights_of_others");
        samples.Erasures.Add(new EarlierErasure(
            new(2025, 3, 2, 11, 0, 0, TimeSpan.Zero),
            RequestStatuses.Completed,
            [new DatastoreOutcome { Datastore = "orders", Outcome = Outcomes.Erased, Erased = 6 }, new DatastoreOutcome { Datastore = "uploads", Outcome = Outcomes.Erased, Erased = 2 }],
            new(2025, 4, 6)));
        samples.Erasures.Add(new EarlierErasure(new(2026, 11, 19, 8, 0, 0, TimeSpan.Zero), RequestStatuses.InProgress, [], null));
        return samples;

        DatastoreEntry Entry(string name) => map.Datastores.Single(entry => entry.Name == name);
    }
}
