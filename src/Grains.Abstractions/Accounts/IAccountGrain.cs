using Orleans.Concurrency;

namespace Cafeteria.Accounts;

/// <summary>
/// An account, or one of its other names. Key <c>{tenant}/{name}</c>, the name in lower case: of an account its
/// <c>studentId</c> or user name (its <c>sub</c>), of an alias the e-mail address. Passwords are hashed and checked by
/// the caller, outside any turn: a wave of sign-ins must not wait in line behind one another's hashing.
/// </summary>
[Alias("cafeteria.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>The account, or the name of the account that this name stands for.</summary>
    [Alias("Find"), AlwaysInterleave]
    Task<AccountLookup> Find();

    /// <summary>
    /// Counts an attempt, whichever password it brings, and answers what the password must be checked against. Of an
    /// unknown name too, in memory alone.
    /// </summary>
    [Alias("BeginSignIn")]
    Task<SignInAttempt> BeginSignIn();

    /// <summary>
    /// The password was right: a new session. Null when the password was changed meanwhile. Signed in on too many devices, the
    /// oldest session ends, and its access tokens with it.
    /// </summary>
    [Alias("OpenSession")]
    Task<SessionTokens?> OpenSession(OpenSession command);

    /// <summary>
    /// The session's next refresh token, if this is its current one. One that was used before ends the session, and its access
    /// tokens with it: revoked first, so that a failure in between leaves what can be ended again.
    /// </summary>
    /// <param name="tokensExpireAt">By when every access token made up to now has run out.</param>
    [Alias("Refresh")]
    Task<RefreshResult> Refresh(string sessionId, string tokenHash, string nextTokenHash, DateTimeOffset tokensExpireAt);

    /// <summary>Ends a session. Idempotent.</summary>
    [Alias("EndSession")]
    Task EndSession(string sessionId);

    /// <summary>
    /// Ends every session, and its access tokens with it: revoked first, so that a failure in between leaves what can be
    /// ended again. Of nobody: nothing.
    /// </summary>
    /// <param name="tokensExpireAt">By when every access token made up to now has run out.</param>
    [Alias("EndSessions")]
    Task EndSessions(DateTimeOffset tokensExpireAt);

    /// <summary>How the account stands, or null when there is none of this name (an e-mail address has none of its own).</summary>
    [Alias("Describe"), AlwaysInterleave]
    Task<StaffMember?> Describe();

    /// <summary>Another name, role, or whether it may be used; called by the tenant's staff, which knows who may. Null when there is none.</summary>
    [Alias("Change")]
    Task<StaffMember?> Change(ChangeStaff command);

    /// <summary>Another password: signed out everywhere, and attempts forgiven. Of nobody: nothing.</summary>
    [Alias("SetPassword")]
    Task SetPassword(string passwordHash, DateTimeOffset tokensExpireAt);

    /// <summary>
    /// One's own new password, if the old one is still the one that was checked; every session but one's own ends. False
    /// when it was changed meanwhile.
    /// </summary>
    [Alias("ChangePassword")]
    Task<bool> ChangePassword(ChangePassword command);

    /// <summary>Forgives the attempts to sign in.</summary>
    [Alias("Unlock")]
    Task Unlock();

    /// <summary>Makes the account, unless the name is taken. Claims the e-mail address first, so no two share one.</summary>
    [Alias("Register")]
    Task<RegisterResult> Register(NewAccount account);

    /// <summary>This name (an e-mail address) now stands for that account, unless it stands for another that is there.</summary>
    [Alias("ClaimAlias")]
    Task<bool> ClaimAlias(string login);
}
