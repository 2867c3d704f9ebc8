using System.Collections.Immutable;

namespace Cafeteria.Operations;

/// <summary>
/// This process's copy of the faults that are on purpose, at most a second old (its own changes at once), without cost
/// while there is none.
/// </summary>
public interface IChaos
{
    /// <summary>Whether anything may be made to fail here. Where not, no filter is installed either.</summary>
    bool Allowed { get; }

    /// <summary>The faults that have not ended.</summary>
    ImmutableArray<Fault> Active { get; }

    /// <summary>The fault that a call to this part must suffer now, or null. Draws by the fault's rate, and counts.</summary>
    Fault? Strike(ChaosPart part, string tenant);

    /// <summary>How many calls of this process have suffered the fault.</summary>
    long Struck(Fault fault);

    /// <summary>In place of the part's fault, if it has one. Known to this process when it returns.</summary>
    Task BeginAsync(Fault fault);

    /// <summary>Ends the cafeteria's faults, or one part's, before their time.</summary>
    Task HealAsync(string tenant, ChaosPart? part);
}
