using System.Runtime.CompilerServices;
using Cafeteria.Menu;
using Cafeteria.Tenants;
using Cafeteria.Tracking;
using Microsoft.Extensions.Options;

namespace Cafeteria.Operations;

/// <summary>Where the grain host's own dashboard is, for hosts that have one.</summary>
public sealed record GrainDashboard(string Path);

/// <summary>
/// Keeps the seconds for every manager's desk: counts on while nobody looks, so that the hour before is there for who comes,
/// and makes one frame a second for each cafeteria that somebody looks at, however many they are.
/// </summary>
internal sealed class NowFeed : BackgroundService
{
    public const int HistoryMinutes = 60;
    private const int LatencyPoints = 120;
    private const int LatencyEverySeconds = 5;

    private readonly RequestTimes _times;
    private readonly TimeProvider _clock;
    private readonly NowDesk[] _desks;
    private readonly string? _dashboard;
    private readonly Lock _gate = new();
    private readonly List<LatencyPoint> _latency = [];
    private readonly List<(DateTimeOffset At, Times Times)> _minutes = [];
    private DateTimeOffset _minute;

    public NowFeed(
        RequestTimes times, RefusedOrders refused, PartsHealth health, LiveOrders live, IChaos chaos, IOrderPulse pulse, IMenuBoard board, IGrainFactory grains,
        IEnumerable<GrainDashboard> dashboards, IOptions<TenantOptions> tenants, IOptions<JsonOptions> json,
        [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock, ILogger<NowFeed> logger)
    {
        (_times, _clock, _minute) = (times, clock, MinuteOf(clock.GetUtcNow()));
        _dashboard = dashboards.FirstOrDefault()?.Path;
        _desks = [.. tenants.Value.Known.Select(known => new NowDesk(
            known.Key, known.Value, refused, health, live, chaos, new NowBooks(known.Key, known.Value, pulse, board, grains, clock, logger), json.Value.SerializerOptions))];
    }

    public static DateTimeOffset MinuteOf(DateTimeOffset time) => time.AddTicks(-(time.UtcTicks % TimeSpan.TicksPerMinute));

    public async IAsyncEnumerable<StreamEvent> FollowAsync(string tenant, CancellationToken ended, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var desk = _desks.First(one => one.Tenant == tenant);
        using var _ = desk.Look();
        await desk.ReadAsync();
        yield return Snapshot(desk);
        while (!ended.IsCancellationRequested)
        {
            StreamEvent frame;
            try
            {
                frame = await desk.NextFrameAsync(ended);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }

            yield return frame;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            for (var second = 1; await timer.WaitForNextTickAsync(stoppingToken); second++)
                NextSecond(second);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void NextSecond(int second)
    {
        var now = _clock.GetUtcNow();
        _times.NextSecond();
        var recent = _times.Recent;
        lock (_gate)
        {
            if (MinuteOf(now) is var minute && minute > _minute)
            {
                _minutes.Add((_minute, _times.NextMinute()));
                if (_minutes.Count >= HistoryMinutes)
                    _minutes.RemoveAt(0);
                _minute = minute;
            }

            if (second % LatencyEverySeconds == 0)
            {
                _latency.Add(new LatencyPoint(now, recent.Average, recent.P50, recent.P95, recent.P99));
                if (_latency.Count > LatencyPoints)
                    _latency.RemoveAt(0);
            }

            foreach (var desk in _desks)
            {
                desk.Count(_minute);
                if (desk.IsLookedAt)
                    desk.Publish(Frame(desk, now, recent));
            }
        }
    }

    private NowFrame Frame(NowDesk desk, DateTimeOffset now, Times recent) => desk.Frame(now, recent, Minutes(desk, 2));

    private StreamEvent Snapshot(NowDesk desk)
    {
        lock (_gate)
            return desk.Event("snapshot", new NowSnapshot(Minutes(desk, HistoryMinutes), [.. _latency], Frame(desk, _clock.GetUtcNow(), _times.Recent), _dashboard));
    }

    private List<NowMinute> Minutes(NowDesk desk, int count)
    {
        var minutes = new List<NowMinute>(count);
        for (var at = _minute.AddMinutes(1 - count); at <= _minute; at = at.AddMinutes(1))
            minutes.Add(desk.Minute(at, at == _minute ? _times.ThisMinute() : _minutes.FindLast(minute => minute.At == at).Times));
        return minutes;
    }
}
