using System.Net;
using Cafeteria.Silo.Hosting;

namespace Cafeteria.Tests;

/// <summary>What a silo tells the others to call it by (<c>Cluster__AdvertisedAddress</c>).</summary>
public sealed class OwnAddressTests
{
    private static readonly IPAddress[] Mine = [IPAddress.Loopback, IPAddress.Parse("172.28.4.7"), IPAddress.Parse("172.28.5.3"), IPAddress.Parse("fd00::3")];

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")] // as told, as in a pod
    [InlineData("172.28.5.0/24", "172.28.5.3")]
    [InlineData("172.28.4.0/24", "172.28.4.7")]
    [InlineData("fd00::/64", "fd00::3")]
    public void An_address_is_taken_as_it_is_and_a_network_is_looked_up(string setting, string address) =>
        Assert.Equal(IPAddress.Parse(address), OwnAddress.Among(setting, Mine));

    [Theory, InlineData("192.168.0.0/16"), InlineData("172.28.5.0/99"), InlineData("silo")]
    public void What_is_neither_or_not_here_is_refused_as_a_setting_that_cannot_be_read(string setting) =>
        Assert.Throws<FormatException>(() => OwnAddress.Among(setting, Mine));

    [Fact]
    public void This_machine_is_in_its_own_loopback_network() => Assert.Equal(IPAddress.Loopback, OwnAddress.Of("127.0.0.0/8"));
}
