namespace Cafeteria.Operations;

internal sealed class ChaosGrain([FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock) : Grain, IChaosGrain
{
    private ImmutableArray<Fault> _faults = [];

    public Task<ImmutableArray<Fault>> Begin(Fault fault)
    {
        _faults = [.. _faults.Where(other => (other.Tenant, other.Part) != (fault.Tenant, fault.Part)), fault];
        return Active();
    }

    public Task<ImmutableArray<Fault>> Heal(string tenant, ChaosPart? part)
    {
        _faults = [.. _faults.Where(fault => fault.Tenant != tenant || part is not null && fault.Part != part)];
        return Active();
    }

    public Task<ImmutableArray<Fault>> Active()
    {
        var now = clock.GetUtcNow();
        return Task.FromResult(_faults = [.. _faults.Where(fault => fault.EndsAt > now)]);
    }
}
