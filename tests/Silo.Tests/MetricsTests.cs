using System.Text.RegularExpressions;

namespace Cafeteria.Tests;

/// <summary>What /metrics says of grains, alike on both hosts: the dashboards know one set of names.</summary>
[Collection(SharedCafeteria.Name)]
public sealed partial class MetricsTests(SharedCafeteria shared)
{
    [Fact]
    public async Task Every_grain_method_that_was_called_has_its_rate_and_duration()
    {
        var cafeteria = shared.Cafeteria;
        await cafeteria.EnsureServingAsync();
        var dish = await cafeteria.AddDishAsync("measured", 10);
        var student = (await cafeteria.AdmitAsync("measured", 1))[0];
        _ = (await cafeteria.Client.PlaceAsync(student, "measured", new Line(dish, 1))).Value;

        using var http = new HttpClient { BaseAddress = cafeteria.Silo.Address };
        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var methods = Call().Matches(text).Select(match => $"{match.Groups[1].Value}.{match.Groups[2].Value}").ToHashSet();
        Assert.Superset(new HashSet<string> { "IOrderGrain.Place", "IStockItemGrain.Hold", "IStockItemGrain.Receive", "IKitchenStationGrain.Promise" }, methods);
        Assert.Contains("orleans_app_requests_latency_seconds_bucket{grain=\"IStockItemGrain\",method=\"Hold\",le=\"+Inf\"}", text, StringComparison.Ordinal);
        // Orleans' own grains are many, and nobody here can do anything about them.
        Assert.All(methods, method => Assert.Matches("^I(Order|StockItem|Student|Account|Menu|KitchenStation|OrderFeed|Chaos|Staff)[A-Za-z]*\\.", method));
    }

    /// <summary>In a process of its own: two in one share the framework's instruments, and the end of one takes them from the other.</summary>
    [Fact]
    public async Task Requests_are_measured_by_route_and_status()
    {
        var cafeteria = shared.Cafeteria;
        await cafeteria.EnsureServingAsync();
        var dish = await cafeteria.AddDishAsync("measured-request", 10);
        var student = (await cafeteria.AdmitAsync("measured-request", 1))[0];
        _ = (await cafeteria.Client.PlaceAsync(student, "measured-request", new Line(dish, 1))).Value;

        // A request is measured when it is over, which is after its answer.
        using var http = new HttpClient { BaseAddress = cafeteria.Silo.Address };
        await Eventually.TrueAsync(
            async () => Order().IsMatch(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative))),
            TimeSpan.FromSeconds(10),
            () => "an accepted order should be measured by its route and status");
    }

    [GeneratedRegex(@"(?m)^http_server_request_duration_seconds_count\{(?=[^}]*http_route=""/api/v1/orders/?"")(?=[^}]*http_response_status_code=""202"")[^}]*\} [1-9]")]
    private static partial Regex Order();

    [GeneratedRegex(@"(?m)^orleans_app_requests_latency_seconds_count\{grain=""(\w+)"",method=""(\w+)""\} [1-9]")]
    private static partial Regex Call();
}
