using System.Net;
using System.Net.NetworkInformation;

namespace Cafeteria.Silo.Hosting;

/// <summary>Which of this machine's addresses others are told. A container has one in each of its networks, given at its start.</summary>
internal static class OwnAddress
{
    /// <param name="setting">An address, or a network in CIDR notation that this machine has exactly one address in.</param>
    /// <exception cref="FormatException">It is neither, or this machine is not in that network.</exception>
    public static IPAddress Of(string setting) => Among(setting, Mine());

    internal static IPAddress Among(string setting, IEnumerable<IPAddress> mine)
    {
        if (!setting.Contains('/', StringComparison.Ordinal))
            return IPAddress.Parse(setting);
        var network = IPNetwork.Parse(setting);
        return mine.FirstOrDefault(network.Contains)
            ?? throw new FormatException($"Cluster__AdvertisedAddress is {setting}, and this machine has no address in that network.");
    }

    private static IEnumerable<IPAddress> Mine() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus is OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address);
}
