using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>What the silo counts and measures, with Orleans' names where Orleans has one. Without a listener nothing is measured.</summary>
internal static class Instruments
{
    private static readonly Meter Meter = new("Microsoft.Orleans");
    private static readonly UpDownCounter<int> Activations = Meter.CreateUpDownCounter<int>("orleans-catalog-activations");
    private static readonly Counter<int> Created = Meter.CreateCounter<int>("orleans-catalog-activation-created");
    private static readonly Counter<int> Destroyed = Meter.CreateCounter<int>("orleans-catalog-activation-destroyed");
    private static readonly Counter<int> FailedToActivate = Meter.CreateCounter<int>("orleans-catalog-activation-failed-to-activate");
    private static readonly Histogram<double> CallLatency = Meter.CreateHistogram<double>("orleans-app-requests-latency", "ms");
    private static readonly Counter<long> FailedCalls = Meter.CreateCounter<long>("orleans-app-requests-failed");
    private static readonly Counter<long> TimedOut = Meter.CreateCounter<long>("orleans-app-requests-timedout");
    private static readonly Histogram<double> MailboxWait = Meter.CreateHistogram<double>("orleans-mailbox-wait", "ms");
    private static readonly Histogram<double> Reads = Meter.CreateHistogram<double>("orleans-storage-read-latency", "ms");
    private static readonly Histogram<double> Writes = Meter.CreateHistogram<double>("orleans-storage-write-latency", "ms");
    private static readonly Histogram<double> Clears = Meter.CreateHistogram<double>("orleans-storage-clear-latency", "ms");
    private static readonly Counter<int> StorageErrors = Meter.CreateCounter<int>("orleans-storage-errors");

    public static void ActivationCreated()
    {
        Created.Add(1);
        Activations.Add(1);
    }

    public static void ActivationDestroyed()
    {
        Destroyed.Add(1);
        Activations.Add(-1);
    }

    public static void ActivationFailed() => FailedToActivate.Add(1);

    public static long CallStart() => CallLatency.Enabled ? Stopwatch.GetTimestamp() : 0;

    public static void CallEnded(long start, GrainMethod? method, bool failed)
    {
        if (start == 0 || method is null)
        {
            return;
        }

        CallLatency.Record(Stopwatch.GetElapsedTime(start).TotalMilliseconds, method.GrainTag, method.MethodTag);
        if (failed)
        {
            FailedCalls.Add(1, method.GrainTag, method.MethodTag);
        }
    }

    public static void CallTimedOut() => TimedOut.Add(1);

    public static long MailboxWaitStart() => MailboxWait.Enabled ? Stopwatch.GetTimestamp() : 0;

    public static void MailboxWaited(long start) => Record(MailboxWait, start);

    public static void StorageRead(long start) => Record(Reads, start);

    public static void StorageWritten(long start) => Record(Writes, start);

    public static void StorageCleared(long start) => Record(Clears, start);

    public static void StorageFailed(string operation) => StorageErrors.Add(1, new KeyValuePair<string, object?>("operation", operation));

    private static void Record(Histogram<double> histogram, long start)
    {
        if (start != 0)
        {
            histogram.Record(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }
}
