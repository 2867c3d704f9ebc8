namespace Cafeteria;

/// <summary>
/// The time of day that the domain goes by. It follows the machine's clock forward and never back: when somebody sets that
/// one back by hours, leases, due orders and promises still come when as much time has passed as was meant.
/// Safe for concurrent use; costs what asking the machine costs.
/// </summary>
/// <param name="machine">Its time of day may jump; its timestamps count what passes.</param>
public sealed class SteadyClock(TimeProvider machine) : TimeProvider
{
    private readonly Lock _looking = new();
    private readonly long _origin = machine.GetTimestamp();
    private long _utcAtOrigin = machine.GetUtcNow().UtcTicks;
    private long _lookAgainAt = machine.GetTimestamp() + machine.TimestampFrequency;

    /// <summary>Over this machine's clock.</summary>
    public static new SteadyClock System { get; } = new(TimeProvider.System);

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override long GetTimestamp() => machine.GetTimestamp();

    public override DateTimeOffset GetUtcNow()
    {
        var timestamp = machine.GetTimestamp();
        if (timestamp >= Volatile.Read(ref _lookAgainAt))
            Look(timestamp);
        return new DateTimeOffset(Volatile.Read(ref _utcAtOrigin) + Since(timestamp), TimeSpan.Zero);
    }

    /// <summary>Once a second: whether the machine's clock has gone ahead.</summary>
    private void Look(long timestamp)
    {
        lock (_looking)
        {
            var ahead = machine.GetUtcNow().UtcTicks - (_utcAtOrigin + Since(timestamp));
            if (ahead > 0)
                Volatile.Write(ref _utcAtOrigin, _utcAtOrigin + ahead);
            Volatile.Write(ref _lookAgainAt, timestamp + machine.TimestampFrequency);
        }
    }

    private long Since(long timestamp) => machine.GetElapsedTime(_origin, timestamp).Ticks;
}
