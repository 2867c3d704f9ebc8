using Cafeteria.Orders;
using Microsoft.Extensions.Options;

namespace Cafeteria.Students;

/// <summary>
/// Counts a customer's open orders in memory; the rows know them, so nothing is stored here. An order that ended without
/// telling us is found when it would matter: before anyone is refused.
/// </summary>
internal sealed class StudentGrain(
    IOrderRows rows,
    IOptionsMonitor<OrderOptions> options,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock) : Grain, IStudentGrain
{
    /// <summary>An order being placed has no row yet; after this long it has one, or never will.</summary>
    private static readonly TimeSpan Placing = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, DateTimeOffset> _open = [];
    private GrainKey _key;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = GrainKey.Parse(this.GetPrimaryKeyString());
        await CountAgainAsync(cancellationToken);
    }

    public async Task<OpenOrderResult> Open(string orderId)
    {
        var limit = options.CurrentValue.MaxOpenPerStudent;
        if (!_open.ContainsKey(orderId) && _open.Count >= limit)
        {
            await CountAgainAsync(CancellationToken.None);
            if (!_open.ContainsKey(orderId) && _open.Count >= limit)
                return new OpenOrderResult(false, limit);
        }

        _open[orderId] = clock.GetUtcNow();
        return new OpenOrderResult(true, limit);
    }

    public Task Close(string orderId)
    {
        _open.Remove(orderId);
        return Task.CompletedTask;
    }

    private async Task CountAgainAsync(CancellationToken cancellationToken)
    {
        var open = await rows.OpenOrdersOfAsync(_key.Tenant, _key.Id, cancellationToken);
        var placing = clock.GetUtcNow() - Placing;
        foreach (var (orderId, since) in _open.ToArray())
            if (since < placing)
                _open.Remove(orderId);
        foreach (var orderId in open)
            _open.TryAdd(orderId, placing);
    }
}
