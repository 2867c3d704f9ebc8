using Cafeteria.Kitchen;
using Cafeteria.Orders;

namespace Cafeteria.Operations;

/// <summary>The stream's first event: the hour before, and now.</summary>
/// <param name="Minutes">The last hour, oldest first, the minute that is going on last.</param>
/// <param name="Latency">The last ten minutes, every five seconds, oldest first.</param>
/// <param name="Dashboard">Where the grain host's own dashboard is; null where it has none.</param>
internal sealed record NowSnapshot(IReadOnlyList<NowMinute> Minutes, IReadOnlyList<LatencyPoint> Latency, NowFrame Now, string? Dashboard);

/// <summary>One second of a cafeteria.</summary>
/// <param name="Requests">All cafeterias' requests of the last 30 seconds, in the process that answers.</param>
/// <param name="Orders">The cafeteria's orders of the last 60 seconds, by the books.</param>
/// <param name="BooksAt">When the books, and the stations, were last read; null before the first time.</param>
/// <param name="States">Today's orders by the state they are in.</param>
/// <param name="Trackers">Students' open trackers, in the process that answers.</param>
/// <param name="Minutes">The minute that is going on, and the one before it, which may still change.</param>
internal sealed record NowFrame(
    DateTimeOffset At,
    RequestFigures Requests,
    OrderFigures Orders,
    DateTimeOffset? BooksAt,
    IReadOnlyList<StateCount> States,
    IReadOnlyList<StationLoad> Stations,
    int Trackers,
    IReadOnlyList<PartResponse> Parts,
    IReadOnlyList<NowMinute> Minutes);

/// <summary>Times in seconds over the last 30 seconds; null without a request.</summary>
internal sealed record RequestFigures(double PerSecond, long Errors, double? Average, double? P50, double? P95, double? P99);

/// <param name="Accepted">Acknowledged, whatever became of them.</param>
/// <param name="Rejected">Of these, rejected since.</param>
/// <param name="Failed">Of these, failed since.</param>
/// <param name="Refused">Tries that recorded nothing (sold out, too many open), in the process that answers.</param>
internal sealed record OrderFigures(int Accepted, int Rejected, int Failed, int Refused, Money Takings);

internal sealed record StateCount(OrderStatus Status, long Count);

/// <param name="Answers">False when the station did not say; the figures are then its last.</param>
internal sealed record StationLoad(string Id, string Name, StationMode Mode, int Cooks, int Queued, int Cooking, bool Answers);

/// <param name="Seconds">How long it took to answer, where it was asked.</param>
/// <param name="OnPurpose">The fault that it was given on purpose, if one was.</param>
internal sealed record PartResponse(HealthPart Part, PartState State, double? Seconds, FaultResponse? OnPurpose);

/// <summary>One minute. Orders and takings by the books, the rest of the process that answers.</summary>
internal sealed record NowMinute(
    DateTimeOffset At, int Accepted, int Rejected, int Failed, int Refused, Money Takings, long Requests, long Errors, double? Average, double? P95, int Trackers);

internal sealed record LatencyPoint(DateTimeOffset At, double? Average, double? P50, double? P95, double? P99);
