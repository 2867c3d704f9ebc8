namespace Cafeteria.Menu;

/// <summary>
/// This process's copy of every tenant's menu, stock levels at most 200 ms old while the menu answers. What it says of stock is a
/// hint (the item decides); what it says of prices is what orders are charged.
/// </summary>
public interface IMenuBoard
{
    /// <summary>
    /// The newest copy; the first reader of a tenant waits for it, the others get it at once, or, while the menu does not answer, a
    /// moment later and however old it is.
    /// </summary>
    ValueTask<MenuSnapshot> GetAsync(string tenant, CancellationToken cancellationToken = default);

    /// <summary>For who refuses by what it says: the newest copy, or null when the menu has not answered for two seconds.</summary>
    ValueTask<MenuSnapshot?> GetRecentAsync(string tenant, CancellationToken cancellationToken = default);

    /// <summary>Asks the menu now: after an edit, so that who edited sees it.</summary>
    Task RefreshAsync(string tenant, CancellationToken cancellationToken = default);
}
