using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cafeteria.Http;
using Microsoft.Extensions.Options;

namespace Cafeteria.Orders;

/// <summary>
/// How many orders may be on their way at once in this process, by what it was just seen to do: while orders wait longer than
/// <see cref="LimitOptions.OrderWait"/> for their answer fewer are let in, and more when they do not. What is over it is
/// refused before anything was done for it, so that a rush of ten times what can be served does not slow down what is.
/// </summary>
internal sealed class Admission : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _wait;
    private readonly Meter _meter = new("Cafeteria");
    private readonly Turns _turns = new();
    private readonly Pace _pace = new();
    private volatile int _limit = AdmissionRules.Peacetime;
    private int _inFlight;
    private int _peak;
    private Answers _written;
    private Answers _told;
    private long _windowBegan = Stopwatch.GetTimestamp();

    public Admission(IOptions<LimitOptions> options)
    {
        _wait = options.Value.OrderWait;
        _meter.CreateObservableGauge("cafeteria.orders.admission.limit", () => _limit, "{order}", "Orders that may be on their way at once in this process.");
        _meter.CreateObservableGauge("cafeteria.orders.admission.in_flight", () => _inFlight, "{order}", "Orders that are on their way in this process.");
    }

    public bool IsFull => _inFlight >= _limit;

    /// <summary>
    /// In how many seconds somebody who is sent away should come again. What can be served in a second is what was served of
    /// late, and in peace at least what the limit stands for. Not what is served at this moment: sending a crowd away is work,
    /// and they come back to a server that has less of it.
    /// </summary>
    public int ComeBackIn() => _turns.Give(Stopwatch.GetTimestamp(), Math.Max(_limit / _wait.TotalSeconds, _pace.Best));

    /// <summary>Counts an order until it is answered.</summary>
    public Visit Enter()
    {
        var now = Interlocked.Increment(ref _inFlight);
        if (now > _peak)
            _peak = now; // two at once may lose one: it is a measure, not an account
        return new Visit(this, Stopwatch.GetTimestamp());
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>
    /// Orders wait for a commit; refusals and repetitions do not: a crowd that is told in two milliseconds that its dish is sold out,
    /// or that its order stands, would speak for those who wait two seconds for theirs, and for how many can be served. Only where
    /// nothing is written that is all there is.
    /// </summary>
    private void Leave(long entered, bool waited)
    {
        var now = Stopwatch.GetTimestamp();
        Interlocked.Decrement(ref _inFlight);
        (waited ? ref _written : ref _told).Add(now - entered);
        var began = Interlocked.Read(ref _windowBegan);
        if (Stopwatch.GetElapsedTime(began, now) < Window || Interlocked.CompareExchange(ref _windowBegan, now, began) != began)
            return;
        var took = Stopwatch.GetElapsedTime(began, now).TotalSeconds;
        var (written, told) = (_written.Take(), _told.Take());
        if (_pace.See(written.Count / took, now))
            _turns.Forget();
        var (count, sum) = written.Count > 0 ? written : told;
        if (count > 0)
            _limit = AdmissionRules.Next(_limit, _peak, count / took, sum / count, _wait);
        _peak = _inFlight;
    }

    /// <summary>An order on its way.</summary>
    internal sealed class Visit(Admission admission, long entered) : IDisposable
    {
        /// <summary>Whether it was accepted by now, or failed, which may be at the end of a long wait.</summary>
        public bool Written { get; set; }

        public void Dispose() => admission.Leave(entered, Written);
    }

    private struct Answers
    {
        private int _count;
        private long _waited;

        public void Add(long waited)
        {
            Interlocked.Increment(ref _count);
            Interlocked.Add(ref _waited, waited);
        }

        public (int Count, TimeSpan Waited) Take() =>
            (Interlocked.Exchange(ref _count, 0), Stopwatch.GetElapsedTime(0, Interlocked.Exchange(ref _waited, 0)));
    }
}

internal static class AdmissionRules
{
    /// <summary>Where it starts and comes back to: a class that presses at once must not be refused for a calm hour before.</summary>
    public const int Peacetime = 1_000;

    public const int Least = 32;
    public const int Most = 10_000;

    /// <summary>
    /// Who waits in a queue waits for as many as stand in it, divided by how many are served in a second (Little's law): that
    /// many may be on their way as are served while one is willing to wait. A moment in which nothing moves, and all are
    /// answered at its end, is no overload: by their waiting alone it would look like one.
    /// </summary>
    /// <param name="peak">The most that were on their way at once since the last look.</param>
    /// <param name="perSecond">How many were answered, as a rate.</param>
    /// <param name="waited">What those answered since then waited, on average.</param>
    /// <param name="wanted">What they should wait at most.</param>
    public static int Next(int limit, int peak, double perSecond, TimeSpan waited, TimeSpan wanted)
    {
        if (waited > wanted)
        {
            var felt = Math.Min(limit, Math.Max(peak, Least));
            return Math.Clamp((int)Math.Max(perSecond * wanted.TotalSeconds, felt * 0.7), Least, Math.Max(felt, Least));
        }

        if (peak >= limit * 0.8)
            return Math.Min(Most, limit + Math.Max(8, limit / 20));
        return waited < wanted / 2 && limit < Peacetime ? limit + Math.Max(1, limit / 50) : limit;
    }
}
