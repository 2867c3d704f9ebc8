namespace Cafeteria.Orders;

/// <summary>
/// How many due orders are advanced in a second. Ten thousand that are due at once, as after a crash, are spread over some
/// seconds: advanced as fast as could be, they made new orders wait eight times as long. A need that lasts is met: while
/// more are due than the pace allows, it grows.
/// </summary>
internal sealed class SweepPace
{
    public const int Least = 500;
    public const int Most = 5_000;

    private const double GrowthInASecond = 1.05, DecayInASecond = 0.9;

    public double PerSecond { get; private set; } = Least;

    /// <summary>Few at a time: those that are advanced together are served together, and a new order waits behind them all.</summary>
    public int AtOnce => Math.Clamp((int)(PerSecond / 125), 4, 16);

    /// <summary>From the beginning of one handful to the beginning of the next.</summary>
    public TimeSpan ApartBy(int advanced) => TimeSpan.FromSeconds(advanced / PerSecond);

    /// <param name="more">Whether more were due than were claimed.</param>
    /// <param name="elapsed">Since it was told before.</param>
    public void See(bool more, TimeSpan elapsed) =>
        PerSecond = Math.Clamp(PerSecond * Math.Pow(more ? GrowthInASecond : DecayInASecond, elapsed.TotalSeconds), Least, Most);
}
