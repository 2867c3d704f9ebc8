using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Cafeteria.Operations;

/// <summary>
/// The faults that are on purpose, for all processes of a cluster, in memory alone: when the silo that has it dies, they are
/// healed. One for all cafeterias, under <see cref="Key"/>; every process asks it once a second.
/// </summary>
[Alias("cafeteria.IChaosGrain")]
public interface IChaosGrain : IGrainWithStringKey
{
    const string Key = "all/chaos";

    /// <summary>In place of the fault that the same part of the same cafeteria has, if it has one. Answers all there are.</summary>
    [Alias("Begin")]
    Task<ImmutableArray<Fault>> Begin(Fault fault);

    /// <param name="tenant">The cafeteria that is healed.</param>
    /// <param name="part">Null for all its parts.</param>
    [Alias("Heal")]
    Task<ImmutableArray<Fault>> Heal(string tenant, ChaosPart? part);

    [Alias("Active"), AlwaysInterleave]
    Task<ImmutableArray<Fault>> Active();
}
