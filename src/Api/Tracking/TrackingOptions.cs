namespace Cafeteria.Tracking;

/// <summary>Configuration section <c>Tracking</c>.</summary>
internal sealed class TrackingOptions
{
    public const string Section = "Tracking";

    public TimeSpan PingEvery { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often watched orders are compared with their rows, to find a last event that was lost.</summary>
    public TimeSpan CompareEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the stations are asked who waits, while single orders are followed.</summary>
    public TimeSpan QueueEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the feeds are told that this process still listens; they forget it after 30 s.</summary>
    public TimeSpan RenewEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Open streams of one student at a time; staff have no limit.</summary>
    public int MaxStreamsPerStudent { get; set; } = 32;

    /// <summary>Changes that wait for a slow reader; after that they are dropped and the order is read instead.</summary>
    public int BufferedChanges { get; set; } = 32;

    /// <summary>A WebSocket whose peer has not answered a ping for this long is closed.</summary>
    public TimeSpan PongWithin { get; set; } = TimeSpan.FromSeconds(60);
}
