using System.Diagnostics;

namespace Cafeteria.Orders;

/// <summary>
/// When those who are sent away should come back: one after the other, as fast as orders are served. All within the same
/// three seconds, a crowd of some thousands came again at once, was sent away again, and that alone took the machine's time.
/// Nobody's place is kept: it is a time at which there will be room, if those before come when they were told.
/// </summary>
internal sealed class Turns
{
    /// <summary>The farthest that anybody is told to come back, in seconds: after that the app looks as if it were broken.</summary>
    public const int Farthest = 30;

    private long _last;

    /// <summary>Those who were told have not come.</summary>
    public void Forget() => Interlocked.Exchange(ref _last, 0);

    /// <param name="now">A timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="perSecond">How many orders can be served.</param>
    /// <returns>Whole seconds, from 1 to <see cref="Farthest"/>.</returns>
    public int Give(long now, double perSecond)
    {
        var step = Math.Max(1, (long)(Stopwatch.Frequency / perSecond));
        while (true)
        {
            var last = Interlocked.Read(ref _last);
            var turn = Math.Max(last, now) + step;
            var seconds = Math.Ceiling((turn - now) / (double)Stopwatch.Frequency);
            if (seconds > Farthest)
                return Random.Shared.Next(Farthest / 2, Farthest + 1);
            if (Interlocked.CompareExchange(ref _last, turn, last) == last)
                return (int)seconds;
        }
    }
}

/// <summary>How fast orders were served of late: the best of a second or so, forgotten by half in seven.</summary>
internal sealed class Pace
{
    private const double Smoothing = 0.1, Forgetting = 0.99, Busy = 0.75;

    /// <summary>Longer than anybody who was told a second may take to come in it.</summary>
    private static readonly long Lull = 3 * Stopwatch.Frequency;

    private double _now;
    private double _best;
    private long _busyAt;

    public double Best => Volatile.Read(ref _best);

    /// <summary>Told ten times a second, by one at a time.</summary>
    /// <param name="at">A timestamp of <see cref="Stopwatch"/>.</param>
    /// <returns>Whether this is the first busy moment after a lull: who was told to come before it would have come in it.</returns>
    public bool See(double perSecond, long at)
    {
        _now += Smoothing * (perSecond - _now);
        Volatile.Write(ref _best, Math.Max(_now, _best * Forgetting));
        if (perSecond < Best * Busy)
            return false;
        var lull = at - _busyAt > Lull;
        _busyAt = at;
        return lull;
    }
}
