using System.Collections.Immutable;
using System.Net;
using Cafeteria.Http;
using Cafeteria.Menu;
using Cafeteria.Orders;
using Cafeteria.Storage;
using Cafeteria.Tenants;
using Cafeteria.Tracking;
using Microsoft.Extensions.Options;

namespace Cafeteria.Operations;

/// <summary>Configuration section <c>Metrics</c>.</summary>
internal sealed class MetricsOptions
{
    public const string Section = "Metrics";

    /// <summary>Who may read <c>/metrics</c>, in CIDR notation; empty: this machine and private networks.</summary>
    public string[] AllowedNetworks { get; set; } = [];

    /// <summary>Whether orders whose request is marked as sampled are timed stage by stage.</summary>
    public bool Stages { get; set; }
}

internal static class MetricsEndpoint
{
    public static IEndpointRouteBuilder MapMetrics(this IEndpointRouteBuilder app)
    {
        app.MapGet("/metrics", Read).WithTags("Operations").WithName("metrics").WithSummary("Prometheus text, for this machine and private networks")
            .Produces<string>(200, "text/plain").Problems(403);
        return app;
    }

    private static async Task<IResult> Read(HttpContext http, MetricsReader reader, MetricsAccess access, LiveFigures figures, TenantFigures tenants, CancellationToken cancellationToken)
    {
        if (!access.Allows(http.Connection.RemoteIpAddress))
            return Problems.Of(403, ProblemCodes.Forbidden, "Metrics are not read from here.");
        var text = reader.Collect(openMetrics: http.Request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.Ordinal));
        await figures.AddToAsync(text, cancellationToken);
        await tenants.AddToAsync(text);
        return TypedResults.Text(text.ToString(), text.ContentType);
    }
}

internal sealed class MetricsAccess(IOptions<MetricsOptions> options)
{
    private static readonly string[] Private = ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"];

    private readonly IPNetwork[] _networks = [.. (options.Value.AllowedNetworks is [] ? Private : options.Value.AllowedNetworks).Select(network => IPNetwork.Parse(network))];

    public bool Allows(IPAddress? address)
    {
        if (address is null)
            return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _networks.Any(network => network.Contains(plain));
    }
}

/// <summary>What is not counted but simply is: asked for at each scrape, and left out when the database does not answer.</summary>
internal sealed class LiveFigures(IOrderRows rows, IMenuBoard board, EventStreams streams, IChaos chaos, IDatabaseHealth health, IOptions<TenantOptions> tenants)
{
    // A label for each dish is fine for a menu, not for whatever somebody may load into one.
    private const int MostItems = 200;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(1);

    public async Task AddToAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        text.Add("cafeteria_trackers_open", "Event streams and WebSockets that are open in this process.", [([], streams.Open)]);
        text.Add("cafeteria_database_reachable", "1 while the database answers.", [([], health.Reachable ? 1 : 0)]);
        text.Add("cafeteria_serving", "1 while this process serves, 0 while it stands by.", [([], health.Serving ? 1 : 0)]);
        text.Add("cafeteria_chaos_active", "1 for each part that is made to fail on purpose.",
            chaos.Active.Select(fault => (new[] { ("tenant", fault.Tenant), ("part", Snake<ChaosPart>.Name(fault.Part)), ("mode", Snake<ChaosMode>.Name(fault.Mode)) }, 1.0)));
        if (health is not { Serving: true, Reachable: true })
            return;

        if (await TryAsync(token => rows.CountByStatusAsync(token), cancellationToken) is { IsDefault: false } counts)
            text.Add("cafeteria_orders", "Orders by the state they are in.",
                counts.Select(count => (new[] { ("tenant", count.Tenant), ("status", Snake<OrderStatus>.Name(count.Status)) }, (double)count.Count)));

        var stock = new List<((string, string)[], double)>();
        foreach (var tenant in tenants.Value.Known.Keys)
            if (await TryAsync(token => board.GetAsync(tenant, token).AsTask(), cancellationToken) is { } menu)
                stock.AddRange(menu.Stock.Values.OrderBy(item => item.ItemId, StringComparer.Ordinal).Take(MostItems)
                    .Select(item => (new[] { ("tenant", tenant), ("item", item.ItemId) }, (double)item.OnHand)));
        text.Add("cafeteria_stock_on_hand", "Portions on hand, by dish.", stock);
    }

    private static async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Within);
        try
        {
            return await ask(limited.Token).WaitAsync(limited.Token);
        }
        catch (Exception e) when (ApiExceptionHandler.IsPassing(e))
        {
            return default;
        }
    }
}
