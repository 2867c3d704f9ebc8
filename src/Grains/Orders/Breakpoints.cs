namespace Cafeteria.Orders;

/// <summary>
/// Named places in the life of an order where a test may stop, fail or kill the process. Nothing hangs on them in
/// production: <see cref="Reached"/> is null.
/// </summary>
public sealed class Breakpoints
{
    public const string Held = "held";
    public const string Written = "written";
    public const string Kept = "kept";
    public const string Queued = "queued";
    public const string Retrying = "retrying";

    /// <summary>Called with the name of the place and the order's id.</summary>
    public Func<string, string, Task>? Reached { get; set; }

    internal Task ReachAsync(string place, string orderId) => Reached?.Invoke(place, orderId) ?? Task.CompletedTask;
}
