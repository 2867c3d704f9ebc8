namespace Orleans.Configuration;

/// <summary>The names a silo goes by.</summary>
public class ClusterOptions
{
    public const string DefaultClusterId = "default";
    public const string DefaultServiceId = "default";

    public string ClusterId { get; set; } = DefaultClusterId;

    public string ServiceId { get; set; } = DefaultServiceId;
}

/// <summary>How long calls may take.</summary>
public abstract class MessagingOptions
{
    /// <summary>After this long a call without an answer ends with <see cref="TimeoutException"/>. 30 s.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>How long calls may take, and how many may wait.</summary>
public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>Calls beyond this many at one grain end at once with <see cref="Runtime.LimitExceededException"/>. 0: no limit.</summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; }
}

/// <summary>When idle activations go.</summary>
public class GrainCollectionOptions
{
    /// <summary>How often idle activations are looked for. One minute.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>An activation without calls for this long is deactivated. 15 minutes.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The age by grain class, under the class's full name.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>An activation that takes longer fails. 30 s.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>OnDeactivateAsync is given up after this long. 30 s.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>How streams deliver.</summary>
public class StreamPullingAgentOptions
{
    /// <summary>The shortest time between two deliveries on one stream: what comes meanwhile is delivered together. 100 ms.</summary>
    public TimeSpan GetQueueMsgsTimerPeriod { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A delivery that keeps failing is tried again for this long, then dropped. One minute.</summary>
    public TimeSpan MaxEventDeliveryTime { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Settings of the storage in memory. It has none here.</summary>
public class MemoryGrainStorageOptions;
