using Cafeteria.Http;
using Cafeteria.Kitchen;
using Cafeteria.Menu;
using Cafeteria.Orders;
using Cafeteria.Tenants;

namespace Cafeteria.Operations;

/// <summary>What one cafeteria's books and stations said last; read every few seconds, and only while somebody looks.</summary>
internal sealed partial class NowBooks(
    string tenant, TenantInfo info, IOrderPulse pulse, IMenuBoard board, IGrainFactory grains, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StationWithin = TimeSpan.FromSeconds(1.5);
    private readonly Lock _gate = new();
    private Task _reading = Task.CompletedTask;
    private DateTimeOffset _next;
    private Said _said = new(null, [], new OrdersInMinute(default, 0, 0, 0, 0), [], []);

    /// <summary>As of the last reading that succeeded.</summary>
    public Said Last => Volatile.Read(ref _said);

    /// <summary>Reads again when it is time. The task is the reading under way, and never fails.</summary>
    public Task ReadWhenDue()
    {
        lock (_gate)
        {
            if (_reading.IsCompleted && clock.GetUtcNow() >= _next)
                _reading = ReadAsync();
            return _reading;
        }
    }

    private async Task ReadAsync()
    {
        await Task.Yield();
        var (now, last) = (clock.GetUtcNow(), Last);
        var (minute, asked) = (NowFeed.MinuteOf(now), now);
        try
        {
            var stations = await StationsAsync(last);
            asked = clock.GetUtcNow();
            // An order of the minute before may still be rejected; once a minute the whole hour is read again.
            var from = last.At is { } at && NowFeed.MinuteOf(at) == minute ? minute.AddMinutes(-1) : minute.AddMinutes(1 - NowFeed.HistoryMinutes);
            var read = await pulse.ReadAsync(tenant, from, DayOf(now), now, CancellationToken.None);
            var minutes = last.Minutes.Where(old => old.At < from && old.At > minute.AddMinutes(-NowFeed.HistoryMinutes)).Concat(read.Minutes);
            Volatile.Write(ref _said, new Said(
                now, [.. minutes], read.LastMinute, [.. read.ByState.OrderBy(count => count.Status).Select(count => new StateCount(count.Status, count.Count))], stations));
        }
        catch (Exception e) when (ApiExceptionHandler.IsPassing(e))
        {
            LogNotRead(tenant, e.GetType().Name);
        }

        // What it costs the database decides how often it is done. A station that was waited for in vain costs nothing: counted
        // too, it was said not to answer for half a minute after it did.
        var took = clock.GetUtcNow() - asked;
        _next = now + (took * 20 > Every ? took * 20 : Every);
    }

    private async Task<IReadOnlyList<StationLoad>> StationsAsync(Said last)
    {
        var menu = await board.GetAsync(tenant);
        return await Task.WhenAll(menu.Stations.Select(async station =>
        {
            try
            {
                var view = await grains.GetGrain<IKitchenStationGrain>(GrainKey.For(tenant, station.Id)).Get().WaitAsync(StationWithin);
                return new StationLoad(station.Id, station.Name, view.Mode, view.Cooks, view.Queued, view.Cooking, Answers: true);
            }
            catch (Exception e) when (ApiExceptionHandler.IsPassing(e))
            {
                var known = last.Stations.FirstOrDefault(load => load.Id == station.Id);
                return known is null ? new StationLoad(station.Id, station.Name, StationMode.Auto, 0, 0, 0, Answers: false) : known with { Answers = false };
            }
        }));
    }

    private DateTimeOffset DayOf(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(info.TimeZone));
        return new DateTimeOffset(local.Date, local.Offset);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The books of {Tenant} could not be read for the desk ({Reason}); its figures are the last")]
    private partial void LogNotRead(string tenant, string reason);

    internal sealed record Said(
        DateTimeOffset? At, IReadOnlyList<OrdersInMinute> Minutes, OrdersInMinute LastMinute, IReadOnlyList<StateCount> States, IReadOnlyList<StationLoad> Stations);
}
