namespace Cafeteria.Storage;

/// <summary>The names under which grain storage is registered.</summary>
public static class StorageNames
{
    /// <summary>Small states that change rarely: accounts, menus, stations. One row of <c>grain_state</c> each.</summary>
    public const string Grains = "grains";

    /// <summary>Orders: a row of <c>orders</c> each, with their ledger rows in the same statement.</summary>
    public const string Orders = "orders";
}
