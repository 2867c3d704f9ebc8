using System.Runtime.CompilerServices;
using Cafeteria.Http;
using Cafeteria.Tracking;
using Microsoft.Extensions.Options;

namespace Cafeteria.Kitchen;

/// <summary>
/// The wall screen's stream. An order's change is only the sign to look: what is shown is always what the stations say,
/// compared with what was sent before, so nothing lost on the way stays lost. A ping says that they were asked: a wall
/// that hears none for some seconds knows that what it shows may be old.
/// </summary>
internal sealed partial class KitchenEvents(
    IOptions<JsonOptions> json,
    IOptions<TrackingOptions> options,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock,
    ILogger<KitchenEvents> logger)
{
    // A rush changes tickets hundreds of times a second; a wall that follows every 100 ms is as good as one that follows each.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(400);

    public async IAsyncEnumerable<StreamEvent> FollowAsync(
        KitchenWall wall, LiveConnection connection, CancellationToken ended, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var serializer = json.Value.SerializerOptions;
        yield return StreamEvent.Of("snapshot", null, new TicketsSnapshot(wall.Show()), serializer);

        var (quiet, spokeAt) = (options.Value.CompareEvery, clock.GetTimestamp());
        while (await connection.WaitAsync(quiet, ended) is not Wake.Ended and var wake)
        {
            var (ping, changed) = connection.Drain();
            // An order may be heard of before its station has recorded it: look once more soon after.
            quiet = changed ? LookAgain : options.Value.CompareEvery;
            if (changed)
                await Task.Delay(Settle, CancellationToken.None);

            IReadOnlyList<(TicketResponse? Ticket, TicketRemoved? Removed)> news;
            try
            {
                news = await wall.ReadAsync();
            }
            catch (Exception e) when (ApiExceptionHandler.IsPassing(e))
            {
                LogNotRead(e.GetType().Name);
                continue;
            }

            foreach (var (ticket, removed) in news)
                yield return ticket is not null ? StreamEvent.Of("ticket", null, ticket, serializer) : StreamEvent.Of("removed", null, removed!, serializer);
            if (news.Count > 0)
                spokeAt = clock.GetTimestamp();
            // A rush that changes nothing on this wall leaves no quiet moment, and is no reason to let it think that nobody is there.
            if (ping || wake is Wake.Quiet || clock.GetElapsedTime(spokeAt) >= options.Value.CompareEvery)
            {
                spokeAt = clock.GetTimestamp();
                yield return StreamEvent.Ping;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The wall's tickets could not be read ({Reason}); they are at the next look")]
    private partial void LogNotRead(string reason);
}

/// <summary>What one wall screen shows.</summary>
internal sealed class KitchenWall((string Id, IKitchenStationGrain Grain)[] stations)
{
    private Dictionary<(string Station, string Order), TicketResponse> _shown = [];

    public IReadOnlyList<TicketResponse> Show() => [.. _shown.Values.OrderBy(ticket => ticket.QueuedAt)];

    /// <summary>Asks the stations, and answers what is new since the last time.</summary>
    public async Task<IReadOnlyList<(TicketResponse? Ticket, TicketRemoved? Removed)>> ReadAsync()
    {
        var lists = await Task.WhenAll(stations.Select(async station => (station.Id, Tickets: await station.Grain.Tickets())));
        var now = new Dictionary<(string, string), TicketResponse>();
        var news = new List<(TicketResponse?, TicketRemoved?)>();
        foreach (var (station, tickets) in lists)
            foreach (var ticket in tickets)
            {
                var key = (station, ticket.OrderId);
                if (_shown.TryGetValue(key, out var old) && old.Status == ticket.Status && old.DueAt == ticket.DueAt && old.QueuedAt == ticket.QueuedAt)
                {
                    now[key] = old;
                    continue;
                }

                now[key] = TicketResponse.From(station, ticket);
                news.Add((now[key], null));
            }

        foreach (var (key, _) in _shown)
            if (!now.ContainsKey(key))
                news.Add((null, new TicketRemoved(key.Station, key.Order)));
        _shown = now;
        return news;
    }
}
