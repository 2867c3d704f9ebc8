using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>What the runtime throws.</summary>
    [GenerateSerializer]
    public class OrleansException : Exception
    {
        public OrleansException() : base("Unexpected error.")
        {
        }

        public OrleansException(string message) : base(message)
        {
        }

        public OrleansException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    /// <summary>The call was not carried out; it may be tried again.</summary>
    [GenerateSerializer]
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message) : base(message)
        {
        }

        internal OrleansMessageRejectionException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    /// <summary>The silo is stopping or gone. Whether the call was carried out is unknown.</summary>
    [GenerateSerializer]
    public sealed class SiloUnavailableException : OrleansMessageRejectionException
    {
        public SiloUnavailableException() : base("Silo is unavailable.")
        {
        }

        public SiloUnavailableException(string msg) : base(msg)
        {
        }

        public SiloUnavailableException(string message, Exception innerException) : base(message, innerException)
        {
        }
    }

    /// <summary>The observer that was called is not there any more.</summary>
    [GenerateSerializer]
    public sealed class ClientNotAvailableException : OrleansException
    {
        internal ClientNotAvailableException(string message) : base(message)
        {
        }
    }

    /// <summary>The grain's mailbox is full. The call was not carried out.</summary>
    [GenerateSerializer]
    public sealed class LimitExceededException : OrleansException
    {
        public LimitExceededException() : base("Limit exceeded")
        {
        }

        public LimitExceededException(string message) : base(message)
        {
        }

        public LimitExceededException(string message, Exception innerException) : base(message, innerException)
        {
        }

        public LimitExceededException(string limitName, int current, int threshold, object extraInfo)
            : base($"Limit exceeded {limitName} Current={current} Threshold={threshold} {extraInfo}")
        {
        }
    }
}

namespace Orleans.Storage
{
    /// <summary>
    /// The stored state is not the one this activation knows. An activation that lets it escape is deactivated,
    /// so that the next one reads the truth.
    /// </summary>
    [GenerateSerializer]
    public class InconsistentStateException : OrleansException
    {
        public InconsistentStateException()
        {
        }

        public InconsistentStateException(string message) : base(message)
        {
        }

        public InconsistentStateException(string message, Exception? innerException) : base(message, innerException!)
        {
        }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
            : base(errorMsg, storageException!)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
            : this(errorMsg, storedEtag, currentEtag, null)
        {
        }

        public InconsistentStateException(string? storedEtag, string? currentEtag, Exception storageException)
            : this(storageException.Message, storedEtag, currentEtag, storageException)
        {
        }

        [Id(1)]
        public string? StoredEtag { get; }

        [Id(2)]
        public string? CurrentEtag { get; }

        /// <summary>Only the activation in which it arose is deactivated, not its callers.</summary>
        internal bool IsSourceActivation { get; set; } = true;

        public override string ToString() => $"{base.ToString()} ExpectedEtag={CurrentEtag} ReceivedEtag={StoredEtag}";
    }

    /// <summary>A grain names a storage that is not registered, or none and there is no default.</summary>
    [GenerateSerializer]
    public sealed class BadProviderConfigException : OrleansException
    {
        public BadProviderConfigException()
        {
        }

        public BadProviderConfigException(string msg) : base(msg)
        {
        }

        public BadProviderConfigException(string msg, Exception exc) : base(msg, exc)
        {
        }
    }
}
