using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Cafeteria.Operations;

/// <summary>The faults that this process knows of, and who must suffer them.</summary>
internal sealed class KnownFaults([FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock)
{
    private static readonly Meter Meter = new("Cafeteria");

    private static readonly Counter<long> Injected =
        Meter.CreateCounter<long>("cafeteria.chaos.injected", "{call}", "Calls and requests that were made to fail, or slow, on purpose.");

    private readonly ConcurrentDictionary<Fault, long> _struck = new();
    private volatile Fault[] _known = [];

    /// <summary>A hot path's question.</summary>
    public bool None => _known.Length == 0;

    public ImmutableArray<Fault> Active
    {
        get
        {
            var now = clock.GetUtcNow();
            return [.. _known.Where(fault => fault.EndsAt > now)];
        }
    }

    public Fault? Strike(ChaosPart part, string tenant)
    {
        foreach (var fault in _known)
        {
            if (fault.Part != part || fault.Tenant != tenant || fault.EndsAt <= clock.GetUtcNow() || Random.Shared.NextDouble() >= fault.Rate)
                continue;
            _struck.AddOrUpdate(fault, 1, static (_, count) => count + 1);
            Injected.Add(1, new("tenant", tenant), new("part", Name(part)), new("mode", Name(fault.Mode)));
            return fault;
        }

        return null;
    }

    public long Struck(Fault fault) => _struck.GetValueOrDefault(fault);

    public void Learn(ImmutableArray<Fault> faults)
    {
        if (None && faults.IsEmpty)
            return;
        _known = [.. faults];
        foreach (var (fault, _) in _struck)
            if (!faults.Contains(fault))
                _struck.TryRemove(fault, out _);
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
