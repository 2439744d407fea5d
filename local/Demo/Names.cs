namespace ServerlessGdpr.Local.Demo;

/// <summary>What the demo's people are made of.</summary>
internal static class Names
{
    public static readonly string[] Given =
    [
        "Agnes", "Amir", "Anouk", "Bartosz", "Beatriz", "Camille", "Chiara", "Daniel", "Elif", "Emil", "Femke", "Giulia", "Hanna", "Ines", "Jakub",
        "Johanna", "Jonas", "Katarina", "Lars", "Leila", "Luca", "Maeve", "Marek", "Mateo", "Mila", "Nadia", "Niamh", "Noah", "Olga", "Oscar",
        "Paulina", "Pedro", "Rania", "Sanne", "Sofia", "Stefan", "Theo", "Tomas", "Vera", "Yusuf",
    ];

    public static readonly string[] Family =
    [
        "Almeida", "Andersen", "Bakker", "Bauer", "Bianchi", "Byrne", "Costa", "Demir", "Dubois", "Eriksson", "Ferrari", "Fischer", "Garcia",
        "Haddad", "Hansen", "Horvat", "Ivanova", "Jansen", "Kaya", "Keller", "Kovacs", "Kowalski", "Larsen", "Lefevre", "Lindgren", "Mancini",
        "Moreau", "Murphy", "Nagy", "Nieminen", "Novak", "Olsen", "Papadopoulos", "Petrov", "Ricci", "Rossi", "Santos", "Schmidt", "Silva", "Virtanen",
    ];

    public static readonly string[] Streets = ["Mill Lane", "Harbour Street", "Station Road", "Chapel Hill", "Orchard Way", "Bridge Street", "Castle Row", "Elm Grove"];

    public static readonly string[] Cities = ["Lisbon", "Dublin", "Utrecht", "Gothenburg", "Brno", "Lyon", "Graz", "Turin", "Tampere", "Poznan"];

    public static readonly string[] Articles = ["Rain jacket", "Trail shoes", "Wool socks", "Tent pegs", "Head torch", "Water bottle", "Sleeping mat", "Map of the hills"];

    public static readonly string[] Files = ["avatar.png", "documents/return-label.pdf", "documents/warranty.pdf", "reviews/photo.jpg", "documents/invoice.pdf"];
}
