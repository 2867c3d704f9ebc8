using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Cafeteria.Accounts;

/// <summary>
/// What an account may do: a ladder (each may do what those under it may), with waiter and kitchen beside each other.
/// Compare with <see cref="Roles.Includes"/>, never by number.
/// </summary>
[GenerateSerializer, Alias("cafeteria.role"), JsonConverter(typeof(SnakeCaseEnumConverter<Role>))]
public enum Role
{
    Student,
    Waiter,
    Kitchen,
    Manager,
    Admin,

    /// <summary>All tenants.</summary>
    SuperAdmin,
}

public static class Roles
{
    /// <summary>Whether someone of role <paramref name="held"/> may do what needs <paramref name="needed"/>.</summary>
    public static bool Includes(this Role held, Role needed) => held switch
    {
        Role.Student => needed is Role.Student,
        Role.Waiter => needed is Role.Student or Role.Waiter,
        Role.Kitchen => needed is Role.Student or Role.Kitchen,
        Role.Manager => needed is not (Role.Admin or Role.SuperAdmin),
        Role.Admin => needed is not Role.SuperAdmin,
        Role.SuperAdmin => true,
        _ => false,
    };

    /// <summary>Whoever works here: anyone but a student.</summary>
    public static bool IsStaff(this Role role) => role is not Role.Student;
}

/// <summary>What may be shown of an account.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.account-profile")]
public sealed record AccountProfile(
    [property: Id(0)] string Tenant,
    [property: Id(1)] string Login,
    [property: Id(2)] string StudentId,
    [property: Id(3)] string? Email,
    [property: Id(4)] string FullName,
    [property: Id(5)] Role Role);

[GenerateSerializer, Immutable, Alias("cafeteria.account-lookup")]
public sealed record AccountLookup(
    [property: Id(0)] AccountProfile? Profile,
    [property: Id(1)] string? AliasOf);

[GenerateSerializer, Immutable, Alias("cafeteria.sign-in-attempt")]
public abstract record SignInAttempt
{
    private SignInAttempt()
    {
    }

    /// <summary>Check the password against this hash, then <see cref="IAccountGrain.OpenSession"/>.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.sign-in-attempt.check")]
    public sealed record Check([property: Id(0)] string PasswordHash, [property: Id(1)] AccountProfile Profile) : SignInAttempt;

    /// <summary>Another name of this account: begin there (this attempt was not counted here).</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.sign-in-attempt.elsewhere")]
    public sealed record Elsewhere([property: Id(0)] string Login) : SignInAttempt;

    /// <summary>Nobody has this name. Spend the same time as for a wrong password.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.sign-in-attempt.unknown")]
    public sealed record Unknown : SignInAttempt;

    [GenerateSerializer, Immutable, Alias("cafeteria.sign-in-attempt.too-many")]
    public sealed record TooMany([property: Id(0)] TimeSpan RetryAfter) : SignInAttempt;
}

/// <param name="CheckedHash">The hash that the password was right for.</param>
/// <param name="TokenHash">SHA-256 of the first refresh token, base64url; the token itself is never stored.</param>
/// <param name="RehashedPassword">Set when the hash is of an older kind and should be replaced.</param>
/// <param name="TokensExpireAt">By when every access token made up to now has run out.</param>
[GenerateSerializer, Immutable, Alias("cafeteria.open-session")]
public sealed record OpenSession(
    [property: Id(0)] string CheckedHash,
    [property: Id(1)] string TokenHash,
    [property: Id(2)] string? RehashedPassword,
    [property: Id(3)] DateTimeOffset TokensExpireAt);

/// <param name="CheckedHash">The hash that the old password was right for.</param>
/// <param name="KeptSession">The session in which it is changed.</param>
/// <param name="TokensExpireAt">By when every access token made up to now has run out.</param>
[GenerateSerializer, Immutable, Alias("cafeteria.change-password")]
public sealed record ChangePassword(
    [property: Id(0)] string CheckedHash,
    [property: Id(1)] string PasswordHash,
    [property: Id(2)] string KeptSession,
    [property: Id(3)] DateTimeOffset TokensExpireAt);

[GenerateSerializer, Immutable, Alias("cafeteria.session-tokens")]
public sealed record SessionTokens(
    [property: Id(0)] string SessionId,
    [property: Id(1)] AccountProfile Profile,
    [property: Id(2)] DateTimeOffset RefreshExpiresAt);

[GenerateSerializer, Immutable, Alias("cafeteria.refresh-result")]
public abstract record RefreshResult
{
    private RefreshResult()
    {
    }

    [GenerateSerializer, Immutable, Alias("cafeteria.refresh-result.refreshed")]
    public sealed record Refreshed([property: Id(0)] SessionTokens Tokens) : RefreshResult;

    /// <summary>No such session, it has ended or expired, or the token was never its own.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.refresh-result.refused")]
    public sealed record Refused : RefreshResult;

    /// <summary>The token had been used before: somebody has a copy. The session is ended, and its access tokens with it.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.refresh-result.reused")]
    public sealed record Reused : RefreshResult;
}

/// <summary>The password's hash, never the password, reaches a grain.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.new-account")]
public sealed record NewAccount(
    [property: Id(0)] string StudentId,
    [property: Id(1)] string? Email,
    [property: Id(2)] string FullName,
    [property: Id(3)] Role Role,
    [property: Id(4)] string PasswordHash);

[GenerateSerializer, Immutable, Alias("cafeteria.register-result")]
public abstract record RegisterResult
{
    private RegisterResult()
    {
    }

    [GenerateSerializer, Immutable, Alias("cafeteria.register-result.registered")]
    public sealed record Registered([property: Id(0)] AccountProfile Profile) : RegisterResult;

    [GenerateSerializer, Immutable, Alias("cafeteria.register-result.name-taken")]
    public sealed record NameTaken : RegisterResult;
}
