using Cafeteria.Tracking;

namespace Cafeteria.Tests.Tracking;

public sealed class LiveConnectionTests
{
    [Fact]
    public void A_reader_that_never_reads_costs_its_buffer_and_is_told_what_happened()
    {
        using var connection = new LiveConnection(32, _ => { });
        for (var version = 1; version <= 10_000; version++)
            connection.Post(new Signal(new OrderChanged("iut", "o", "s", "A-1", version, [], null, [])));

        Assert.True(connection.TakeLost());
        var kept = new List<int>();
        while (connection.TryRead(out var signal))
            kept.Add(signal.Change!.Version);
        Assert.Equal(Enumerable.Range(9_969, 32), kept);
        Assert.False(connection.TakeLost());
    }

    [Fact]
    public void A_lost_ping_is_no_loss()
    {
        using var connection = new LiveConnection(2, _ => { });
        for (var i = 0; i < 10; i++)
            connection.Post(new Signal(Ping: true));
        Assert.False(connection.TakeLost());
    }

    [Fact]
    public void A_connection_that_is_closed_is_forgotten()
    {
        var listeners = new Listeners();
        var connection = new LiveConnection(2, closed => listeners.Remove("o", closed));
        listeners.Add("o", connection);
        Assert.True(listeners.Any);
        connection.Dispose();
        connection.Dispose();
        Assert.False(listeners.Any);
    }

    [Fact]
    public async Task Waiting_ends_with_a_signal_with_quiet_or_with_the_stream()
    {
        using var connection = new LiveConnection(2, _ => { });
        using var ended = new CancellationTokenSource();
        Assert.Equal(Wake.Quiet, await connection.WaitAsync(TimeSpan.FromMilliseconds(10), ended.Token));
        connection.Post(new Signal(Ping: true));
        Assert.Equal(Wake.Signal, await connection.WaitAsync(TimeSpan.FromMinutes(1), ended.Token));
        connection.Drain();
        await ended.CancelAsync();
        Assert.Equal(Wake.Ended, await connection.WaitAsync(TimeSpan.FromMinutes(1), ended.Token));
    }
}
