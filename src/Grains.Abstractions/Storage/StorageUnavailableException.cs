using Orleans.Runtime;

namespace Cafeteria.Storage;

/// <summary>
/// The database did not answer, or this process may not write now. Whether a write went through is unknown to whoever
/// catches it: only the stored row decides. Callers answer 503 and try again later.
/// </summary>
[GenerateSerializer, Alias("cafeteria.storage-unavailable")]
public sealed class StorageUnavailableException : OrleansException
{
    public StorageUnavailableException() : this("The database is not reachable.")
    {
    }

    public StorageUnavailableException(string message) : base(message)
    {
    }

    public StorageUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
