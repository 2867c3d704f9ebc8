namespace Cafeteria;

/// <summary>The key of every grain: <c>{tenant}/{id}</c>. A tenant's name never contains a slash.</summary>
public readonly record struct GrainKey(string Tenant, string Id)
{
    public static string For(string tenant, string id) => $"{tenant}/{id}";

    public static GrainKey Parse(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            ? new GrainKey(key[..slash], key[(slash + 1)..])
            : throw new FormatException($"'{key}' is not a grain key; expected {{tenant}}/{{id}}.");
    }

    public override string ToString() => For(Tenant, Id);
}
