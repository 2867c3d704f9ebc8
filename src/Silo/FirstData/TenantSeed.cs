using System.Text.Json;
using System.Text.Json.Serialization;
using Cafeteria.Accounts;

namespace Cafeteria.Silo.FirstData;

/// <summary>What a new tenant begins with: <c>FirstData/{tenant}.json</c>, within this assembly.</summary>
internal sealed record TenantSeed(
    string Currency,
    SeedStation[] Stations,
    SeedCategory[] Categories,
    SeedItem[] Items,
    SeedAccount[] Accounts)
{
    /// <summary>Null for a tenant that begins empty.</summary>
    public static TenantSeed? Read(string tenant)
    {
        using var json = typeof(TenantSeed).Assembly.GetManifestResourceStream($"FirstData/{tenant}.json");
        return json is null ? null : JsonSerializer.Deserialize(json, SeedJson.Default.TenantSeed);
    }
}

internal sealed record SeedStation(string Id, string Name);

internal sealed record SeedCategory(string Id, string Name, int Order);

/// <param name="Price">In minor units.</param>
/// <param name="Prep">Seconds in Development, minutes elsewhere: a developer does not wait for a biriyani.</param>
internal sealed record SeedItem(string Id, string Name, string Description, string Category, long Price, int Stock, int Prep);

internal sealed record SeedAccount(string Login, string Password, Role Role, string Name, string? Email);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TenantSeed))]
internal sealed partial class SeedJson : JsonSerializerContext;
