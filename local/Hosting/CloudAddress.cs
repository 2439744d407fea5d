using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ServerlessGdpr.Local.Hosting;

/// <summary>Where this cloud listens; known once it has started.</summary>
public sealed class CloudAddress(IServer server)
{
    public Uri Endpoint => new(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
}
