using System.Collections.Immutable;
using Orleans.Runtime;

namespace Cafeteria.Storage;

/// <summary>
/// The accepting write found that an item has been taken over by another activation since the hold was made. Nothing was
/// written; hold again and write again.
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
}
