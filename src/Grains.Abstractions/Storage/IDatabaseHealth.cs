namespace Cafeteria.Storage;

/// <summary>What this process knows of its database without asking it: the source of readiness and of failing fast.</summary>
public interface IDatabaseHealth
{
    /// <summary>False from the first failed statement until one succeeds again.</summary>
    bool Reachable { get; }

    /// <summary>True while this process may write: it leads (embedded host), or leading is not needed (Orleans).</summary>
    bool Serving { get; }
}
