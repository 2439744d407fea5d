namespace ServerlessGdpr.Local.Demo;

/// <summary>A customer of the demo shop with everything the shop keeps of them.</summary>
public sealed record Person(
    string CustomerId,
    string Name,
    string Email,
    string Phone,
    string Street,
    string City,
    IReadOnlyList<Order> Orders,
    IReadOnlyList<Upload> Uploads);

/// <param name="PackedBy">Somebody else's name.</param>
public sealed record Order(string OrderId, DateOnly PlacedOn, string PackedBy, IReadOnlyList<OrderLine> Lines);

public sealed record OrderLine(string Article, int Quantity, decimal Price);

/// <param name="Key">The object's key, below <c>customers/CUSTOMER_ID/</c>.</param>
/// <param name="Versions">What was uploaded under it, one after the other.</param>
/// <param name="Deleted">Whether the person has deleted it, which leaves the versions and a delete marker.</param>
public sealed record Upload(string Key, IReadOnlyList<string> Versions, bool Deleted);
