using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>A cluster of two silos on one database behind nginx, and students who try again with the same key.</summary>
public sealed partial class TwoSilosTests
{
    private const int Seed = 20_251_121;
    private const int Students = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_silo_killed_among_orders_and_replaced_by_another_loses_nothing()
    {
        await using var cafeteria = await RunningCafeteria.OpenAsync();
        var one = cafeteria.Silo;
        await using var killed = await SiloProcess.StartAsync(one.Settings with { Port = null, ClusterPorts = null });
        await using var nginx = await Nginx.BeforeClusterAsync(one.Address, killed.Address);
        using var client = nginx.Cafeteria();
        var dishes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => cafeteria.AddDishAsync($"cluster-{i}", 50_000)));
        var crowd = new Crowd(client, await cafeteria.AdmitAsync("cluster", Students), dishes, Seed);
        crowd.Start();
        await AcknowledgedAsync(crowd, 100);
        await TakesOrdersAsync(one);
        await TakesOrdersAsync(killed);

        killed.Kill();
        await AcknowledgedAsync(crowd, 100);
        // At the address that nginx knows, but another member of the cluster than the one that died; it finds its own address.
        await using var another = await SiloProcess.StartAsync(
            (killed.Settings with { ClusterPorts = null }).With("Cluster:AdvertisedAddress", "127.0.0.0/8"));
        await TakesOrdersAsync(another);
        await AcknowledgedAsync(crowd, 100);

        await crowd.CloseAsync(Patience); // fails if anybody's last answer was an error
        var stocks = await RunningCafeteria.SettleAsync(client, cafeteria.Manager, one, dishes);
        await crowd.AssertNothingLostAsync(cafeteria.Manager, stocks);
        Assert.Equal(crowd.Acknowledged.Select(placed => placed.Answer.Id).Order(StringComparer.Ordinal), await OrdersAsync(cafeteria));
        (await CommandRun.RunAsync(one.Settings, "check", "--books")).Succeeded();
    }

    private static async Task AcknowledgedAsync(Crowd crowd, int more)
    {
        var from = crowd.Acknowledged.Count;
        await Eventually.TrueAsync(
            () => Task.FromResult(crowd.Acknowledged.Count >= from + more), Patience,
            () => $"{more} orders should be acknowledged after {from}, there are {crowd.Acknowledged.Count}; "
                + $"asked to try again {crowd.Failures.Count} times, last: {crowd.Failures.FirstOrDefault()?.Body}");
    }

    /// <summary>Orders live on this silo, too.</summary>
    private static async Task TakesOrdersAsync(SiloProcess silo)
    {
        using var http = new HttpClient { BaseAddress = silo.Address };
        await Eventually.TrueAsync(
            async () => AcceptedOrders().Matches(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)))
                .Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)) >= 10,
            Patience, () => $"the silo at {silo.Address} should take orders");
    }

    /// <summary>Every order there is, past everything.</summary>
    private static async Task<List<string>> OrdersAsync(RunningCafeteria cafeteria)
    {
        await using var source = NpgsqlDataSource.Create(cafeteria.Silo.Settings.ConnectionString!);
        await using var command = source.CreateCommand("select id from orders where tenant = 'iut' and status <> 'abandoned'");
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<string>();
        while (await reader.ReadAsync())
            ids.Add(reader.GetString(0));
        ids.Sort(StringComparer.Ordinal);
        return ids;
    }

    [GeneratedRegex(@"^cafeteria_orders_accepted_total\{[^}]*\} ([0-9.e+]+)", RegexOptions.Multiline)]
    private static partial Regex AcceptedOrders();
}
