namespace Cafeteria.Tests;

/// <summary>How a silo is started. What is not named here is as it is for everybody.</summary>
public sealed record SiloSettings
{
    /// <summary>Null: the silo starts its private server.</summary>
    public string? ConnectionString { get; init; }

    public string Environment { get; init; } = "Development";

    /// <summary>Null: a free one, which stays the same for <see cref="SiloProcess.RestartAsync"/>.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// A silo of a cluster; chosen when null, and kept over restarts: one that comes back elsewhere waits for the dead one at
    /// the old place.
    /// </summary>
    public (int Silo, int Gateway)? ClusterPorts { get; init; }

    /// <summary>Further arguments, after <c>--urls</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Settings by their name with colons: <c>Orders:PickupWindow</c>; also plain environment variables. Null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    public SiloSettings With(string name, string? value) => this with { Settings = new Dictionary<string, string?>(Settings) { [name] = value } };
}
