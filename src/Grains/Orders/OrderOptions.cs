namespace Cafeteria.Orders;

/// <summary>Configuration section <c>Orders</c>.</summary>
public sealed class OrderOptions
{
    public const string Section = "Orders";

    public int MaxOpenPerStudent { get; set; } = 20;

    /// <summary>How long placing waits for stock, student and kitchen together; then the order is accepted as pending.</summary>
    public TimeSpan SecureWithin { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>When a pending order is tried again, counted from the try before; after the last it is rejected.</summary>
    public TimeSpan[] RetryAfter { get; set; } = [];

    /// <summary>An order nobody collects is closed after this long.</summary>
    public TimeSpan PickupWindow { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How often the sweeper looks for orders that are due.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromMilliseconds(500);

    internal static readonly TimeSpan[] DefaultRetryAfter = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6)];

    internal TimeSpan[] Retries => RetryAfter is [] ? DefaultRetryAfter : RetryAfter;
}
