using System.Globalization;

namespace ServerlessGdpr.Local.Demo;

/// <summary>The people of the demo shop: the same at every start.</summary>
/// <param name="Subject">The person whom the sample event asks to erase.</param>
public sealed record Shop(IReadOnlyList<Person> People, Person Subject)
{
    public const string CustomersTable = "shop-customers";
    public const string OrdersTable = "shop-orders";
    public const string UploadsBucket = "shop-uploads";

    private const int Count = 300;
    private const int FirstNumber = 1000;
    private const int Seed = 20260101;

    /// <summary>Whoever erases C-1042 must leave these alone: their ids begin alike.</summary>
    private static readonly string[] NearMisses = ["C-104", "C-10421"];

    public static Shop Create()
    {
        var random = new Random(Seed);
        var orderNumber = 500_000;
        List<Person> people = [];
        for (var index = 0; index < Count - NearMisses.Length; index++)
        {
            people.Add(index == 42 ? CreateSubject(ref orderNumber) : CreatePerson($"C-{FirstNumber + index}", index, random, ref orderNumber));
        }

        foreach (var id in NearMisses) people.Add(CreatePerson(id, people.Count, random, ref orderNumber));
        return new Shop(people, people.Single(person => person.CustomerId == "C-1042"));
    }

    private static Person CreateSubject(ref int orderNumber)
    {
        var random = new Random(Seed + 1);
        var person = new Person("C-1042", "Ada Lindqvist", "ada.lindqvist@example.com", "+46 31 555 0142", "17 Lighthouse Steps", "Gothenburg", [], []);
        return person with { Orders = CreateOrders(9, random, ref orderNumber), Uploads = CreateUploads(person, 5, _ => 3, index => index % 2 == 1) };
    }

    private static Person CreatePerson(string id, int index, Random random, ref int orderNumber)
    {
        var (given, family) = (Pick(Names.Given, random), Pick(Names.Family, random));
        var person = new Person(
            id,
            $"{given} {family}",
            string.Create(CultureInfo.InvariantCulture, $"{given}.{family}.{index}@example.org").ToLowerInvariant(),
            string.Create(CultureInfo.InvariantCulture, $"+353 1 555 {1000 + index}"),
            string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 200)} {Pick(Names.Streets, random)}"),
            Pick(Names.Cities, random),
            [],
            []);
        return person with
        {
            Orders = CreateOrders(random.Next(0, 13), random, ref orderNumber),
            Uploads = CreateUploads(person, random.Next(0, 4), _ => random.Next(1, 4), _ => random.Next(0, 6) == 0),
        };
    }

    private static List<Order> CreateOrders(int count, Random random, ref int orderNumber)
    {
        List<Order> orders = [];
        for (var index = 0; index < count; index++)
        {
            var lines = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new OrderLine(Pick(Names.Articles, random), random.Next(1, 4), random.Next(500, 20000) / 100m));
            orders.Add(new Order($"O-{orderNumber++}", new DateOnly(2024, 1, 1).AddDays(random.Next(0, 700)), PackerOf(orderNumber), [.. lines]));
        }

        return orders;
    }

    private static string PackerOf(int orderNumber) => $"{Names.Given[orderNumber % Names.Given.Length]} {Names.Family[orderNumber % 7]}";

    private static List<Upload> CreateUploads(Person person, int count, Func<int, int> versions, Func<int, bool> deleted) =>
    [
        .. Names.Files.Take(count).Select((file, index) => new Upload(
            $"customers/{person.CustomerId}/{file}",
            [.. Enumerable.Range(1, versions(index)).Select(version => $"{file}, version {version}\nuploaded by {person.Name} <{person.Email}>, {person.Street}, {person.City}, {person.Phone}\n")],
            deleted(index))),
    ];

    private static string Pick(string[] choices, Random random) => choices[random.Next(choices.Length)];
}
