using System.Collections.Immutable;
using Orleans.Runtime;

namespace Cafeteria.Storage;

/// <summary>
/// A write found that an item has been taken over by another activation since it was promised. Nothing was written; hold
/// again and write again.
/// </summary>
[GenerateSerializer, Alias("cafeteria.stale-epoch")]
public sealed class StaleEpochException : OrleansException
{
    public StaleEpochException() : base("An item was taken over by another activation.")
    {
    }

    public StaleEpochException(string message) : base(message)
    {
    }

    public StaleEpochException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public StaleEpochException(ImmutableArray<string> items) : base($"Taken over by another activation: {string.Join(", ", items)}.") => Items = items;

    /// <summary>The ids of the items that were taken over.</summary>
    [Id(0)] public ImmutableArray<string> Items { get; private set; } = [];
}
