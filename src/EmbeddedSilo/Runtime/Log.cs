using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>What the silo has to say.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The one-way call {Call} to {Target} failed.")]
    public static partial void OneWayCallFailed(ILogger logger, Exception failure, object call, GrainId target);

    [LoggerMessage(2, LogLevel.Warning, "The stored state of {Grain} is not the one it knows: it is deactivated.")]
    public static partial void InconsistentState(ILogger logger, Exception failure, GrainId grain);

    [LoggerMessage(3, LogLevel.Error, "{Grain} could not be activated.")]
    public static partial void ActivationFailed(ILogger logger, Exception failure, GrainId grain);

    [LoggerMessage(4, LogLevel.Error, "The deactivation of {Grain} failed; it is gone all the same.")]
    public static partial void DeactivationFailed(ILogger logger, Exception failure, GrainId grain);

    [LoggerMessage(5, LogLevel.Warning, "A timer of {Grain} failed; it ticks again.")]
    public static partial void TimerFailed(ILogger logger, Exception failure, GrainId grain);

    [LoggerMessage(6, LogLevel.Debug, "An observer failed and is removed.")]
    public static partial void ObserverFailed(ILogger logger, Exception failure);

    [LoggerMessage(7, LogLevel.Error, "{Operation} of the state {State} of {Grain} failed in {Storage}.")]
    public static partial void StorageFailed(ILogger logger, Exception failure, string operation, string state, GrainId grain, string storage);

    [LoggerMessage(8, LogLevel.Warning, "{Count} items on the stream {Stream} could not be delivered to {Grain} and are dropped.")]
    public static partial void DeliveryFailed(ILogger logger, Exception failure, int count, StreamId stream, GrainId grain);

    [LoggerMessage(9, LogLevel.Warning, "The stream {Stream} is full: its consumer does not keep up, and {Count} items are dropped.")]
    public static partial void StreamFull(ILogger logger, StreamId stream, int count);

    [LoggerMessage(10, LogLevel.Information, "The silo serves: {Classes} grain classes.")]
    public static partial void Serving(ILogger logger, int classes);

    [LoggerMessage(11, LogLevel.Information, "The silo is stopping: {Activations} activations.")]
    public static partial void Stopping(ILogger logger, int activations);

    [LoggerMessage(12, LogLevel.Warning, "The silo stopped before {Activations} activations were done.")]
    public static partial void StoppedEarly(ILogger logger, int activations);

    [LoggerMessage(13, LogLevel.Error, "The collection of idle activations failed; the next round goes on.")]
    public static partial void CollectionFailed(ILogger logger, Exception failure);

    [LoggerMessage(14, LogLevel.Information, "Every activation has ended, after {Milliseconds:F0} ms.")]
    public static partial void Drained(ILogger logger, double milliseconds);
}
