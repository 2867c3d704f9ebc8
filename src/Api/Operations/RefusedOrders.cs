using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Cafeteria.Operations;

/// <summary>How many tries to order recorded nothing, by cafeteria, since this process began: the metric's own count.</summary>
internal sealed class RefusedOrders : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _byTenant = new(StringComparer.Ordinal);

    public RefusedOrders()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is { Name: "cafeteria.orders.refused", Meter.Name: "Cafeteria" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            foreach (ref readonly var tag in tags)
                if (tag is { Key: "tenant", Value: string tenant })
                    _byTenant.AddOrUpdate(tenant, static (_, added) => added, static (_, sum, added) => sum + added, count);
        });
        _listener.Start();
    }

    public long Of(string tenant) => _byTenant.GetValueOrDefault(tenant);

    public void Dispose() => _listener.Dispose();
}
