namespace Cafeteria.Accounts;

/// <summary>
/// Sessions whose access tokens must not be accepted any more, though not yet expired. Kept in the database until the
/// last of their tokens has run out, and in every process's memory, at most half a second behind.
/// </summary>
public interface IRevokedSessions
{
    /// <summary>Durable, and known to this process, when it returns.</summary>
    Task RevokeAsync(string sessionId, DateTimeOffset tokensExpireAt, CancellationToken cancellationToken = default);

    bool IsRevoked(string sessionId);

    /// <summary>Cancelled when the session is revoked: what ends its open event streams.</summary>
    IDisposable OnRevoked(string sessionId, Action callback);
}
