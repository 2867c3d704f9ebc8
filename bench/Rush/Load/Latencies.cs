using System.Numerics;

namespace Cafeteria.Bench.Rush;

/// <summary>
/// Times in microseconds, in buckets whose width is a thousandth of their value (as HdrHistogram's): any number of values,
/// any thread, a fixed size.
/// </summary>
internal sealed class Latencies
{
    private const int Precision = 11;
    private const int Half = 1 << (Precision - 1);

    private readonly long[] _counts = new long[(1 << Precision) + 30 * Half];
    private long _count;
    private long _max;

    public long Count => Volatile.Read(ref _count);

    public TimeSpan Max => TimeSpan.FromMicroseconds(Volatile.Read(ref _max));

    public void Record(TimeSpan time)
    {
        var value = Math.Max(0, (long)time.TotalMicroseconds);
        Interlocked.Increment(ref _counts[Math.Min(IndexOf(value), _counts.Length - 1)]);
        Interlocked.Increment(ref _count);
        for (var max = Volatile.Read(ref _max); value > max; max = Volatile.Read(ref _max))
            if (Interlocked.CompareExchange(ref _max, value, max) == max)
                break;
    }

    /// <summary>The time that this share of all values does not exceed.</summary>
    public TimeSpan At(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(Count * share));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
            if ((seen += Volatile.Read(ref _counts[i])) >= wanted)
                return TimeSpan.FromMicroseconds(Math.Min(HighestOf(i), Volatile.Read(ref _max)));
        return Max;
    }

    private static int IndexOf(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value) - (Precision - 1));
        return shift * Half + (int)(value >> shift);
    }

    private static long HighestOf(int index)
    {
        var shift = Math.Max(0, index / Half - 1);
        return ((long)(index - shift * Half + 1) << shift) - 1;
    }
}
