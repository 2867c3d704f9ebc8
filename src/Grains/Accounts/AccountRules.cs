using System.Security.Cryptography;
using System.Text;

namespace Cafeteria.Accounts;

/// <summary>An account, or an alias of one (then <see cref="AliasOf"/> and <see cref="ClaimedAt"/> are set and nothing else).</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.account-state")]
public sealed record AccountState
{
    /// <summary>The state's name in storage.</summary>
    public const string Name = "account";

    /// <summary>The grain's type, as its id begins.</summary>
    public const string GrainType = "account";

    [Id(0)] public AccountProfile? Profile { get; init; }
    [Id(1)] public string PasswordHash { get; init; } = "";
    [Id(2)] public string? AliasOf { get; init; }
    [Id(3)] public ImmutableArray<Session> Sessions { get; init; } = [];
    [Id(4)] public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>Of one who must not sign in any more, or not for now.</summary>
    [Id(5)] public bool Disabled { get; init; }
}

/// <summary>A sign-in: a family of refresh tokens, of which the last is good.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.session")]
public sealed record Session(
    [property: Id(0)] string Id,
    [property: Id(1)] string TokenHash,
    [property: Id(2)] DateTimeOffset ExpiresAt);

/// <summary>Configuration section <c>Accounts</c>.</summary>
public sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>Attempts to sign in within <see cref="AttemptWindow"/>; the next one is refused, whatever its password.</summary>
    public int MaxAttempts { get; set; } = 3;

    public TimeSpan AttemptWindow { get; set; } = TimeSpan.FromMinutes(1);

    public TimeSpan RefreshLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Signed in on more devices than this, the oldest session ends.</summary>
    public int MaxSessions { get; set; } = 10;
}

/// <summary>The attempts of the last minute, in memory: a restart forgives them, a flood writes nothing.</summary>
internal sealed record AttemptWindow(ImmutableQueue<DateTimeOffset> Attempts, int Count)
{
    public static readonly AttemptWindow Empty = new(ImmutableQueue<DateTimeOffset>.Empty, 0);

    /// <summary>Until when the next attempt would be refused; null when it would not.</summary>
    public DateTimeOffset? LockedUntil(AccountOptions options, DateTimeOffset now)
    {
        var standing = Attempts.Where(at => at + options.AttemptWindow > now).ToArray();
        return standing.Length >= options.MaxAttempts ? standing[^options.MaxAttempts] + options.AttemptWindow : null;
    }

    /// <summary>Counts one more, or answers how long until one may be made. A refused one does not lengthen the wait.</summary>
    public (AttemptWindow Window, TimeSpan? RetryAfter) Add(AccountOptions options, DateTimeOffset now)
    {
        var (attempts, count) = (Attempts, Count);
        while (count > 0 && attempts.Peek() + options.AttemptWindow <= now)
            (attempts, count) = (attempts.Dequeue(), count - 1);
        return count >= options.MaxAttempts
            ? (new AttemptWindow(attempts, count), attempts.Peek() + options.AttemptWindow - now)
            : (new AttemptWindow(attempts.Enqueue(now), count + 1), null);
    }
}

/// <summary>What becomes of an account's sessions; each answers the next state.</summary>
internal static class AccountRules
{
    /// <summary>What the account is with the session, and which had to make room: the oldest, when there are too many.</summary>
    public static (AccountState Next, ImmutableArray<Session> Ended) Open(
        AccountState account, Session session, string? rehashed, AccountOptions options, DateTimeOffset now)
    {
        var sessions = account.Sessions.RemoveAll(known => known.ExpiresAt <= now);
        var ended = sessions[..Math.Max(0, sessions.Length - options.MaxSessions + 1)];
        return (account with { Sessions = sessions[ended.Length..].Add(session), PasswordHash = rehashed ?? account.PasswordHash }, ended);
    }

    /// <summary>
    /// The next token of the session. A token that is not its current one has been used before (or was never its own): the
    /// session ends, for one of the two who hold its tokens has no right to them.
    /// </summary>
    public static (AccountState? Next, RefreshResult Result) Refresh(
        AccountState account, string sessionId, string tokenHash, string nextTokenHash, AccountOptions options, DateTimeOffset now)
    {
        var session = account.Sessions.FirstOrDefault(session => session.Id == sessionId);
        if (session is null || account.Profile is null || account.Disabled)
            return (null, new RefreshResult.Refused());
        if (session.ExpiresAt <= now)
            return (End(account, sessionId), new RefreshResult.Refused());
        if (!SameHash(session.TokenHash, tokenHash))
            return (End(account, sessionId), new RefreshResult.Reused());
        var next = session with { TokenHash = nextTokenHash, ExpiresAt = now + options.RefreshLifetime };
        return (account with { Sessions = account.Sessions.Replace(session, next) },
            new RefreshResult.Refreshed(new SessionTokens(sessionId, account.Profile, next.ExpiresAt)));
    }

    public static AccountState? End(AccountState account, string sessionId) =>
        account.Sessions.FirstOrDefault(session => session.Id == sessionId) is { } session
            ? account with { Sessions = account.Sessions.Remove(session) }
            : null;

    /// <summary>What the account is after the change, and whether its sessions must end: their tokens say what it was.</summary>
    public static (AccountState Next, bool Ends) Change(AccountState account, ChangeStaff command)
    {
        var profile = account.Profile! with { FullName = command.FullName, Role = command.Role };
        var ends = profile.Role != account.Profile.Role || (command.Disabled && !account.Disabled);
        return (account with { Profile = profile, Disabled = command.Disabled, Sessions = ends ? [] : account.Sessions }, ends);
    }

    private static bool SameHash(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
