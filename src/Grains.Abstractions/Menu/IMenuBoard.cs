namespace Cafeteria.Menu;

/// <summary>
/// This process's copy of every tenant's menu, stock levels at most 200 ms old. What it says of stock is a hint (the item
/// decides); what it says of prices is what orders are charged.
/// </summary>
public interface IMenuBoard
{
    /// <summary>The newest copy; the first reader of a tenant waits for it, the others get it at once.</summary>
    ValueTask<MenuSnapshot> GetAsync(string tenant, CancellationToken cancellationToken = default);

    /// <summary>Asks the menu now: after an edit, so that who edited sees it.</summary>
    Task RefreshAsync(string tenant, CancellationToken cancellationToken = default);
}
