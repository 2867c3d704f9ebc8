namespace Cafeteria.Tenants;

/// <summary>The cafeterias of this installation, from configuration section <c>Tenants</c>.</summary>
public sealed class TenantOptions
{
    public const string Section = "Tenants";

    /// <summary>The tenant of a request that names none.</summary>
    public string Default { get; set; } = "iut";

    /// <summary>By id: lower-case letters, digits and dashes.</summary>
    public Dictionary<string, TenantInfo> Known { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The id of a tenant called by its id or an alias, or null.</summary>
    public string? Find(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return Default;
        foreach (var (id, tenant) in Known)
            if (id.Equals(name, StringComparison.OrdinalIgnoreCase) || tenant.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase))
                return id;
        return null;
    }
}

public sealed class TenantInfo
{
    public string Name { get; set; } = "";

    /// <summary>ISO 4217; every price of the tenant is in it.</summary>
    public string Currency { get; set; } = "BDT";

    /// <summary>IANA name: decides when the tenant's day of order numbers begins.</summary>
    public string TimeZone { get; set; } = "Asia/Dhaka";

    public List<string> Aliases { get; } = [];
}
