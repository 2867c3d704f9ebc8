namespace Cafeteria.Orders;

/// <summary>
/// How many due orders are advanced in a second. Ten thousand that are due at once, as after a crash, are spread over some
/// seconds: advanced as fast as could be, they made new orders wait eight times as long. In a rush as many become due as are
/// placed, so that many are advanced at least; and while more are due than the pace allows, it grows.
/// </summary>
internal sealed class SweepPace
{
    public const int Least = 400;
    public const int Most = 5_000;

    private const double GrowthInASecond = 1.03, DecayInASecond = 0.9, OfTheAccepted = 1.25;

    /// <summary>Over which the orders placed are averaged.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    private double _accepted;

    public double PerSecond { get; private set; } = Least;

    public TimeSpan TimeFor(int orders) => TimeSpan.FromSeconds(orders / PerSecond);

    /// <param name="more">Whether more were due than were claimed.</param>
    /// <param name="accepted">Orders since it was told before.</param>
    /// <param name="elapsed">Since then.</param>
    public void See(bool more, long accepted, TimeSpan elapsed)
    {
        if (elapsed <= TimeSpan.Zero)
            return;
        _accepted += (1 - Math.Exp(-(elapsed / Memory))) * ((accepted / elapsed.TotalSeconds) - _accepted);
        var changed = PerSecond * Math.Pow(more ? GrowthInASecond : DecayInASecond, elapsed.TotalSeconds);
        PerSecond = Math.Clamp(changed, Math.Clamp(OfTheAccepted * _accepted, Least, Most), Most);
    }
}
