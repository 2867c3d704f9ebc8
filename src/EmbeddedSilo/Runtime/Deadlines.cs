using System.Diagnostics;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>
/// The calls that wait for an answer, in the order of their deadlines. One timer sweeps them all: a timer object per call
/// would cost more than the call.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    // Striped by thread, so that callers on different cores do not queue for one lock.
    private const int StripeCount = 16;

    private readonly TimeSpan _timeout;
    private readonly long _timeoutTicks;
    private readonly Timer _sweep;
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new Stripe())];

    public Deadlines(TimeSpan timeout)
    {
        _timeout = timeout;
        _timeoutTicks = (long)(timeout.TotalSeconds * Stopwatch.Frequency);
        var period = TimeSpan.FromMilliseconds(Math.Clamp(timeout.TotalMilliseconds / 10, 20, 1000));
        _sweep = new Timer(static self => ((Deadlines)self!).Sweep(), this, period, period);
    }

    /// <summary>Watches a call whose answer was prepared. It may be answered already.</summary>
    public void Add(GrainCall call)
    {
        var stripe = _stripes[Environment.CurrentManagedThreadId & (StripeCount - 1)];
        call.Deadline = Stopwatch.GetTimestamp() + _timeoutTicks;
        lock (stripe)
        {
            call.PreviousDeadline = stripe.Last;
            if (stripe.Last is { } last)
            {
                last.NextDeadline = call;
            }
            else
            {
                stripe.First = call;
            }

            stripe.Last = call;
            Volatile.Write(ref call.DeadlineStripe, stripe);
        }

        // Answered before it was in the list: whoever answered found nothing to remove.
        if (call.IsAnswered)
        {
            Remove(call);
        }
    }

    public static void Remove(GrainCall call)
    {
        if (Volatile.Read(ref call.DeadlineStripe) is not { } stripe)
        {
            return;
        }

        lock (stripe)
        {
            if (call.DeadlineStripe is null)
            {
                return;
            }

            call.DeadlineStripe = null;
            if (call.PreviousDeadline is { } previous)
            {
                previous.NextDeadline = call.NextDeadline;
            }
            else
            {
                stripe.First = call.NextDeadline;
            }

            if (call.NextDeadline is { } next)
            {
                next.PreviousDeadline = call.PreviousDeadline;
            }
            else
            {
                stripe.Last = call.PreviousDeadline;
            }

            call.NextDeadline = call.PreviousDeadline = null;
        }
    }

    /// <summary>Ends every call that waits, when no answer can come any more.</summary>
    public void FailAll(Func<GrainCall, Exception> failure)
    {
        foreach (var call in TakeUntil(long.MaxValue))
        {
            call.Fail(failure(call));
        }
    }

    public void Dispose() => _sweep.Dispose();

    private void Sweep()
    {
        foreach (var call in TakeUntil(Stopwatch.GetTimestamp()))
        {
            call.TimeOut(_timeout);
        }
    }

    private List<GrainCall> TakeUntil(long now)
    {
        var due = new List<GrainCall>();
        foreach (var stripe in _stripes)
        {
            lock (stripe)
            {
                for (var call = stripe.First; call is not null && call.Deadline <= now; call = call.NextDeadline)
                {
                    due.Add(call);
                }
            }
        }

        return due;
    }

    internal sealed class Stripe
    {
        public GrainCall? First, Last;
    }
}
