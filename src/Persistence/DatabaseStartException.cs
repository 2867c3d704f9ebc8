namespace Cafeteria.Persistence;

/// <summary>The database cannot be used. The message is one sentence: what is wrong, and what to do about it.</summary>
public sealed class DatabaseStartException : Exception
{
    public DatabaseStartException(string message) : base(message)
    {
    }

    public DatabaseStartException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    public DatabaseStartException() : this("The database cannot be used.")
    {
    }
}
