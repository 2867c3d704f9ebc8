namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>
/// Decides, in the place of the thread pool and the timers, when that which could happen happens. For tests that try one
/// order of events after another on a single thread; a silo that serves has none.
/// </summary>
internal abstract class Schedule
{
    /// <summary>What timers of grains go by.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>The activation has turns to run; executing it runs one of them.</summary>
    public abstract void Ready(Activation activation);

    /// <summary>A call is on its way: <paramref name="arrive"/> has it arrive, now or later, and runs its turn if nothing stands in the way.</summary>
    public abstract void Sent(GrainCall call, GrainClass to, string key, Action arrive);
}
