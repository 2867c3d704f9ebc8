namespace Cafeteria.Bench.Rush;

internal enum Shape
{
    Constant,

    /// <summary>A quarter of the rate, then half, three quarters, all of it.</summary>
    Step,

    /// <summary>A tenth of the rate, all of it for the middle fifth of the time.</summary>
    Spike,
}

/// <summary>When people come: at random (Poisson), at a rate that follows a shape, whatever the server does meanwhile.</summary>
internal sealed class Arrivals(Shape shape, double perSecond, TimeSpan duration)
{
    /// <summary>From the beginning.</summary>
    public IEnumerable<TimeSpan> Times(Random random)
    {
        var at = 0.0;
        while (true)
        {
            // One that comes at the highest rate is let through with the share that the rate has now.
            at += -Math.Log(1 - random.NextDouble()) / perSecond;
            if (at >= duration.TotalSeconds)
                yield break;
            if (random.NextDouble() < ShareAt(at / duration.TotalSeconds))
                yield return TimeSpan.FromSeconds(at);
        }
    }

    private double ShareAt(double progress) => shape switch
    {
        Shape.Step => (Math.Floor(progress * 4) + 1) / 4,
        Shape.Spike => progress is >= 0.4 and < 0.6 ? 1 : 0.1,
        _ => 1,
    };
}
