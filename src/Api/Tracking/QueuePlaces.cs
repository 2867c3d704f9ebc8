using System.Collections.Immutable;
using Cafeteria.Http;
using Cafeteria.Kitchen;
using Cafeteria.Menu;
using Microsoft.Extensions.Options;

namespace Cafeteria.Tracking;

/// <summary>
/// Tells those who follow an order how many wait before it. One question to each station answers for all of them, and
/// none is asked while nobody follows.
/// </summary>
internal sealed partial class QueuePlaces(
    IGrainFactory grains, IMenuBoard board, LiveOrders live, IOptions<TrackingOptions> options, ILogger<QueuePlaces> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var tick = new PeriodicTimer(options.Value.QueueEvery);
        try
        {
            while (await tick.WaitForNextTickAsync(stoppingToken))
                foreach (var (tenant, orders) in live.Followed().ToArray())
                    await TellAsync(tenant, orders, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task TellAsync(string tenant, IReadOnlyCollection<string> orders, CancellationToken cancellationToken)
    {
        try
        {
            var stations = (await board.GetAsync(tenant, cancellationToken)).Stations;
            var queues = await Task.WhenAll(stations.Select(station => grains.GetGrain<IKitchenStationGrain>(GrainKey.For(tenant, station.Id)).Waiting())).WaitAsync(cancellationToken);
            var places = Ahead(queues);
            foreach (var order in orders)
                live.Post(tenant, new QueueEvent(order, places.TryGetValue(order, out var ahead) ? ahead : null));
        }
        catch (Exception e) when (ApiExceptionHandler.IsPassing(e) && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            LogNotAsked(tenant, e.GetType().Name);
        }
    }

    /// <summary>An order that waits at several stations waits for the longest queue.</summary>
    internal static Dictionary<string, int> Ahead(IEnumerable<ImmutableArray<string>> queues)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var queue in queues)
            for (var ahead = 0; ahead < queue.Length; ahead++)
                places[queue[ahead]] = Math.Max(ahead, places.GetValueOrDefault(queue[ahead]));
        return places;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The stations of {Tenant} could not be asked who waits ({Reason}); asked again soon")]
    private partial void LogNotAsked(string tenant, string reason);
}
