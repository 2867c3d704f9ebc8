using System.Collections.Immutable;
using System.Threading.Channels;

namespace Cafeteria.Tracking;

internal enum Wake
{
    /// <summary>Something is there to be read.</summary>
    Signal,

    /// <summary>Nothing came for as long as was waited.</summary>
    Quiet,

    /// <summary>The stream is over: shutdown, the token's end, or the client left.</summary>
    Ended,
}

/// <summary>What reaches a connection.</summary>
/// <param name="Change">An order was written.</param>
/// <param name="Ping">It is time to show that the stream lives.</param>
/// <param name="RowVersion">The version that the watched order has in the database.</param>
/// <param name="Open">The ids of the watched student's open orders, by the database.</param>
/// <param name="Place">Where the watched order stands in front of its kitchen by now.</param>
internal readonly record struct Signal(
    OrderChanged? Change = null, bool Ping = false, int RowVersion = 0, ImmutableArray<string> Open = default, QueueEvent? Place = null);

/// <summary>
/// One open stream's letter box: bounded, and when it overflows the oldest go and the reader is told to look for itself.
/// A reader that never reads costs this much and no more.
/// </summary>
internal sealed class LiveConnection : IDisposable
{
    private readonly Channel<Signal> _signals;
    private readonly Action<LiveConnection> _closed;
    private int _lost;
    private int _disposed;

    public LiveConnection(int capacity, Action<LiveConnection> closed)
    {
        _closed = closed;
        _signals = Channel.CreateBounded<Signal>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            dropped =>
            {
                if (dropped is { Ping: false, Place: null })
                    Volatile.Write(ref _lost, 1);
            });
    }

    public void Post(Signal signal) => _signals.Writer.TryWrite(signal);

    /// <summary>Whether changes were dropped since the last call.</summary>
    public bool TakeLost() => Interlocked.Exchange(ref _lost, 0) == 1;

    public bool TryRead(out Signal signal) => _signals.Reader.TryRead(out signal);

    public async ValueTask<bool> WaitAsync(CancellationToken ended)
    {
        try
        {
            return !ended.IsCancellationRequested && await _signals.Reader.WaitToReadAsync(ended);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask<Wake> WaitAsync(TimeSpan quiet, CancellationToken ended)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ended);
        timeout.CancelAfter(quiet);
        var signalled = await WaitAsync(timeout.Token);
        return ended.IsCancellationRequested ? Wake.Ended : signalled ? Wake.Signal : Wake.Quiet;
    }

    /// <summary>Empties the box: whether a ping is due, and whether anything changed.</summary>
    public (bool Ping, bool Changed) Drain()
    {
        var (ping, changed) = (false, TakeLost());
        while (TryRead(out var signal))
        {
            ping |= signal.Ping;
            changed |= !signal.Ping;
        }

        return (ping, changed);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _closed(this);
    }
}
